#include "prompt_corpus.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "classifier/classifier.hpp"

namespace llmr::classifier_test {
namespace {

constexpr auto code = QueryType::code;
constexpr auto simple = QueryType::simple;
constexpr auto summary = QueryType::summarization;
constexpr auto extraction = QueryType::extraction;
constexpr auto medium = QueryType::medium;
constexpr auto complex = QueryType::complex;

constexpr Prompt kCorpus[] = {
    // code, plainly
    {code, "Write a Python function to calculate Fibonacci numbers"},
    {code, "Implement a binary search tree in C++ with insert and delete."},
    {code, "Refactor this class so that it no longer depends on the database."},
    {code, "Write a SQL query that returns the ten customers with the highest revenue."},
    {code, "How do I undo the last commit in git?"},
    {code, "Fix this bug:\n```python\ndef add(a, b):\n    return a - b\n```"},
    {code, "Why does my React component render twice?"},
    {code, "Give me a regex that matches German licence plates."},
    {code, "Convert this JavaScript code to TypeScript:\nfunction add(a, b) { return a + b; }"},
    {code, "Write a bash script that deletes log files older than 30 days"},
    {code, "What is wrong with this?\n\nfor (int i = 0; i <= n; i++) { sum += a[i]; }"},
    {code, "I get a NullPointerException when I call user.getName(), how can I fix it?"},
    {code, "Write unit tests for the parser module."},
    {code, "How can I sort a list of dictionaries by a key in Python?"},
    {code, "Create a Dockerfile for a Node.js app."},
    {code,
     "Explain what this code does:\n```js\nconst f = xs => xs.reduce((a, b) => a + b, "
     "0);\n```"},
    {code, "kubectl command to list all pods in every namespace"},
    {code, "Debug the following program, it segfaults in malloc."},
    {code, "Write an API endpoint in FastAPI that accepts a file upload."},
    {code, "Optimize this SQL query: SELECT * FROM orders WHERE year(created) = 2020;"},
    {code, "Spreadsheet formula that adds column B where column A says paid"},
    {code, "What does `git rebase --onto` do?"},
    {code, "def is_prime(n):\n    \"\"\"Return True if n is prime.\"\"\"\n"},
    {code, "Write a function that tells a story from a list of words."},
    {code, "How do I read a CSV file with pandas?"},
    {code, "Build a REST API in Go for a todo list."},
    // code in other languages
    {code, "Schreibe eine Python-Funktion, die prüft, ob eine Zahl eine Primzahl ist."},
    {code, "Kannst du mir bitte ein Bash-Skript schreiben, das alle JPEG-Dateien umbenennt?"},
    {code, "Wie lösche ich in SQL doppelte Zeilen?"},
    {code, "Écris une fonction JavaScript qui inverse une chaîne."},
    {code, "Comment trier un tableau en PHP ?"},
    {code, "Écris un script bash qui sauvegarde une base MySQL."},
    {code, "Escribe una función en Python que cuente las vocales."},
    {code, "¿Cómo puedo unir dos tablas en SQL?"},
    {code, "用Python写一个快速排序函数"},
    {code, "请用 JavaScript 实现一个防抖函数"},
    {code, "Напиши функцию на Python, которая считает слова в файле."},
    {code, "Pythonでファイルを読み込むコードを書いてください"},
    {code, "Scrivi una query SQL che conta gli ordini per cliente."},
    // simple
    {simple, "What is 2+2?"},
    {simple, "What is the capital of France?"},
    {simple, "Hello!"},
    {simple, "hi, how are you?"},
    {simple, "Thanks a lot!"},
    {simple, "Who wrote Don Quixote?"},
    {simple, "When did the Second World War end?"},
    {simple, "Convert 10 miles to kilometers."},
    {simple, "How many ounces are in a pound?"},
    {simple, "What does the word ubiquitous mean?"},
    {simple, "Define entropy in one sentence."},
    {simple, "Translate \"good morning\" to Spanish."},
    {simple, "How do you say thank you in Japanese?"},
    {simple, "Is a tomato a fruit?"},
    {simple, "What's the tallest mountain in Africa?"},
    {simple, "How tall is the Eiffel Tower?"},
    {simple, "what year did the titanic sink"},
    {simple, "What is the chemical symbol for gold?"},
    {simple, "What's 15% of 80?"},
    {simple, "Which planet is closest to the sun?"},
    {simple, "What is the synonym of happy?"},
    {simple, "set an alarm for 7 am"},
    {simple, "Was ist die Hauptstadt von Australien?"},
    {simple, "Wer hat die Glühbirne erfunden?"},
    {simple, "Wie viele Bundesländer hat Österreich?"},
    {simple, "Guten Morgen!"},
    {simple, "Quelle est la capitale du Canada ?"},
    {simple, "Qui a écrit Les Misérables ?"},
    {simple, "Bonjour !"},
    {simple, "¿Cuál es la capital de Perú?"},
    {simple, "¿Quién pintó el Guernica?"},
    {simple, "Hola, ¿qué tal?"},
    {simple, "中国的首都是哪里？"},
    {simple, "你好"},
    {simple, "谁写了《红楼梦》？"},
    {simple, "Кто написал «Войну и мир»?"},
    {simple, "Qual è la capitale del Portogallo?"},
    {simple, "日本の首都はどこですか？"},
    // summaries
    {summary,
     "Summarize this 500-word text in three sentences: The council met on Tuesday to "
     "discuss the new bridge. Several members raised concerns about the cost, while "
     "others pointed to the traffic in the old town. No decision was taken."},
    {summary,
     "Please summarize the following article:\n\nThe harvest was poor this year. Rain "
     "came "
     "late and then did not stop, so that most of the wheat rotted in the fields. Farmers "
     "ask for aid, which the ministry has promised to consider in the autumn."},
    {summary,
     "TL;DR of this?\n\nWe have moved the meeting to Thursday because the room was taken, "
     "and Anna will send the new agenda together with the notes of the last one."},
    {summary,
     "The old mill by the river was sold last week. Its new owners want to turn it into a "
     "small museum with a café, but the neighbours fear noise and cars.\n\nSum up the "
     "text "
     "above in one sentence."},
    {summary,
     "Give me the key points of this email: Dear all, the office is closed on Friday. The "
     "cleaners come on Thursday, so please clear your desks, and take your plants home."},
    {summary,
     "Condense the report below to a paragraph.\n\nSales rose by four percent in the "
     "north "
     "and fell by two in the south. The new shop in the harbour did better than planned."},
    {summary,
     "Summarise what this code does in one sentence:\n```python\nfor f in files:\n    "
     "print(f.name, f.size)\n```"},
    {summary,
     "Fasse den folgenden Text zusammen: Die Gemeinde hat beschlossen, den alten Bahnhof "
     "zu "
     "kaufen und darin eine Bibliothek einzurichten. Der Umbau soll zwei Jahre dauern."},
    {summary,
     "Résume ce texte en deux phrases : La mairie a décidé de fermer le pont pendant six "
     "mois. Les habitants devront faire un détour par la rocade, ce qui inquiète les "
     "commerçants."},
    {summary,
     "Resume el siguiente texto: El ayuntamiento ha decidido plantar mil árboles en el "
     "centro. Los vecinos lo celebran, aunque temen perder plazas de aparcamiento."},
    {summary,
     "请总结以下文章：市政府决定在老城区修建一条新的地铁线路，预计五年内完工，届时将缓解交通拥堵问"
     "题。"},
    {summary,
     "Сделай краткое резюме текста: Городской совет решил закрыть старый мост на ремонт. "
     "Жители недовольны, потому что объезд занимает целый час."},
    {summary,
     "Recap this meeting transcript:\nAnn: we are late.\nBob: because the parts are "
     "missing.\nAnn: then order them today.\nBob: done, they arrive on Monday."},
    // extraction
    {extraction,
     "Extract all named entities from this text: Apple hired John Smith in Paris on "
     "May "
     "3rd, as the company announced."},
    {extraction,
     "List all email addresses in the following message:\n\nWrite to ann@example.org "
     "or, if "
     "she is away, to office@example.net before the end of the week."},
    {extraction,
     "Pull out the dates and amounts as JSON: Invoice 22 of 3 May over 120 euros, due "
     "on 1 "
     "June, and a reminder fee of 5 euros."},
    {extraction,
     "Which cities are mentioned in this paragraph?\n\nThe train from Lyon to Turin "
     "was "
     "late, so they spent the night in Chambéry and took the bus the next day."},
    {extraction,
     "Extract the invoice number, the total and the due date from this text and return "
     "JSON: Invoice 4711, total 99.50, due 2 March."},
    {extraction,
     "Marie was born in Lille and moved to Ghent when she was twelve. There she "
     "studied "
     "law, and later she opened a bakery in Antwerp with her sister.\n\nWhere did "
     "Marie "
     "study?"},
    {extraction,
     "Find all phone numbers in the text below.\n\nCall the desk at 555-0101 or the "
     "warehouse at 555-0202 if the parcel has not arrived by noon."},
    {extraction,
     "Extrahiere alle Personennamen aus dem folgenden Text: Gestern trafen sich Anna "
     "Weber "
     "und Karl Huber in Graz, um mit Frau Moser zu sprechen."},
    {extraction,
     "Extrais les dates du texte suivant : Le contrat du 3 mai a été signé le 12 juin "
     "et "
     "expire le 31 décembre."},
    {extraction,
     "Extrae los nombres de las personas del siguiente texto: Ayer Lucía Pérez y Juan "
     "Gómez visitaron a la señora Ruiz en Toledo."},
    {extraction,
     "从以下文本中提取人名和地名：昨天王小明和李华在北京的一家咖啡馆见面，讨论了去上海旅行的计划"
     "。"},
    {extraction,
     "Извлеки все имена из текста: Вчера Анна Петрова и Иван Сидоров встретились в "
     "Казани с доктором Орловым."},
    {extraction,
     "According to the passage, who won the race? \"Tom led until the last bend, but "
     "then "
     "Mia passed him and crossed the line first, while Leo fell behind.\""},
    // medium
    {medium, "Write a short poem about autumn."},
    {medium, "Write a story about a programmer who loses his keys."},
    {medium, "Draft an email to my landlord about the broken heating."},
    {medium, "Explain how vaccines work."},
    {medium, "How can I sleep better?"},
    {medium, "Give me some ideas for a birthday party for a ten-year-old."},
    {medium, "You are a pirate. Tell me about your last voyage."},
    {medium, "Rewrite this sentence so that it sounds more polite: Send me the papers now."},
    {medium, "Suggest five names for a coffee shop near the harbour."},
    {medium, "What are the benefits of regular exercise?"},
    {medium, "Why is the sky blue?"},
    {medium, "Write a cover letter for a job as a nurse."},
    {medium, "Act as a travel guide and describe a day in Lisbon."},
    {medium, "Should I buy a used car or a new one?"},
    {medium, "How do I make a good first impression in an interview?"},
    {medium, "Write a toast for my brother's wedding."},
    {medium, "Describe the taste of honey to someone who never had any."},
    {medium,
     "Proofread and improve this paragraph: We was going to the market yesterday and buyed "
     "many apple, but the seller were not friendly and he don't gave us a bag."},
    {medium, "Schreib ein Gedicht über den Herbst."},
    {medium, "Wie kann ich besser einschlafen?"},
    {medium, "Erkläre mir, wie ein Regenbogen entsteht."},
    {medium, "Écris une lettre de remerciement à mon professeur."},
    {medium, "Donne-moi des conseils pour apprendre l'anglais."},
    {medium, "Escribe un cuento corto sobre un faro."},
    {medium, "Explícame cómo funciona un motor eléctrico."},
    {medium, "写一首关于春天的诗"},
    {medium, "请给我一些学习英语的建议。"},
    {medium, "Напиши короткий рассказ про кота."},
    {medium, "Объясни, почему листья желтеют осенью."},
    {medium, "Scrivi una lettera di ringraziamento a mia zia."},
    // complex
    {complex,
     "Write a detailed essay explaining quantum mechanics, its philosophical "
     "implications, and "
     "compare the Copenhagen and many-worlds interpretations."},
    {complex, "Prove that the square root of 2 is irrational."},
    {complex,
     "Compare the long-term costs and benefits of nuclear and solar power, state your "
     "assumptions, and recommend one."},
    {complex,
     "A train leaves at 9:00 at 80 km per hour, another at 9:30 at 100 km per hour on "
     "the same "
     "line. How many hours does the second need to catch up?"},
    {complex, "Design a fair voting system for a school council and analyse its weaknesses."},
    {complex, "Derive the formula for the sum of the first n cubes."},
    {complex, "Solve the equation x^3 - 6x^2 + 11x - 6 = 0 and show that it has three real roots."},
    {complex,
     "Three people stand in a row. One is a knight who tells the truth, one a liar, one "
     "says "
     "either. Each says one sentence. Work out who is who, with clues A, B and C."},
    {complex, "Analyse the causes of the fall of Rome and weigh the evidence for each."},
    {complex,
     "Evaluate whether a four-day week would pay off for a hospital, considering costs, "
     "risks "
     "and alternatives."},
    {complex, "Let $f(x) = x^2 + 3x$. Find all real numbers $x$ such that $f(f(x)) = x$."},
    {complex,
     "Develop a go-to-market strategy for a bakery with 20,000 euros of budget, 3 "
     "employees and a "
     "deadline of six months; state the risks."},
    {complex,
     "Vergleiche die Vor- und Nachteile von Wärmepumpe und Gasheizung und begründe deine "
     "Empfehlung mit Zahlen."},
    {complex, "Beweise, dass es unendlich viele Primzahlen gibt."},
    {complex, "Démontre que la somme des angles d'un triangle vaut 180 degrés."},
    {complex, "Analiza las ventajas y los riesgos de una moneda única y justifica tu conclusión."},
    {complex, "证明根号2是无理数。"},
    {complex, "Докажи, что простых чисел бесконечно много."},
    {complex,
     "Critically assess the argument that social media cause loneliness, naming "
     "confounders and "
     "a study design that could settle it."},
    // words that look like code or embeddings and are not
    {medium, "Recommend some classical music for a rainy evening."},
    {simple, "What is the zip code of Boston?"},
    {medium, "Write a riddle where the answer is to encode this in Morse."},
    {simple, "What is the function of the liver?"},
    {simple, "What does trial and error mean?"},
    {medium, "Explain what class struggle meant to Marx."},
    {simple, "What are import duties?"},
    {medium, "How can I embed a video in PowerPoint?"},
    {simple, "Who wrote the Code of Hammurabi?"},
    {medium, "Write a film script about two sisters."},
    {simple, "Which class of ship was the Titanic?"},
    {medium, "Suggest a dress code for a summer wedding."},
    {simple, "What does the word embed mean?"},
    {medium, "Write a poem about a python in the jungle."},
    {medium, "Give me tips for a first class trip with the kids."},
    {simple, "Is Java an island in Indonesia?"},
    {medium, "How do I get rust off my bike?"},
    {simple, "Was ist die Funktion der Leber?"},
    {simple, "Quelle est la fonction du foie ?"},
    {simple, "¿Cuál es la función del hígado?"},
    {medium, "Write a shopping list poem for my grandmother."},
    {simple, "What is a debutante?"},
    {simple, "What is the area code of Chicago?"},
    {medium, "Tell me about the history of string quartets."},
    // code words in other tasks, and the other way round
    {medium, "Explain to my grandmother what an algorithm is."},
    {complex,
     "Compare Rust and Go for a payment service and weigh the trade-offs for a team of "
     "four, with "
     "risks and a recommendation."},
    {code, "Write a Python class that models a class struggle game."},
    {code, "Create a function that returns the capital of a country."},
    {code, "Write a script that summarizes a text file."},
    {medium, "Write an email asking for a summary of the meeting."},
};

/// As a chat: the endpoint says that nothing is to be embedded.
Classification classify(std::string_view text) {
    classifier::Features features = classifier::extract_features(text);
    features.endpoint_known = true;
    return classifier::classify(features);
}

}  // namespace

std::span<const Prompt> corpus() {
    return kCorpus;
}

TEST_CASE("95 of 100 prompts get the type a person would give them") {
    REQUIRE(corpus().size() >= 150);
    std::map<QueryType, int> seen;
    std::size_t right = 0;
    std::string wrong;
    for (const Prompt& prompt : corpus()) {
        const Classification result = classify(prompt.text);
        ++seen[prompt.type];
        if (result.type == prompt.type) {
            ++right;
            continue;
        }
        wrong += "\n  " + std::string(to_string(prompt.type)) + ", found to be " +
                 std::string(to_string(result.type)) + ": " + std::string(prompt.text);
    }
    MESSAGE(right << " of " << corpus().size() << " right; not" << wrong);
    CHECK(static_cast<double>(right) >= 0.95 * static_cast<double>(corpus().size()));
    CHECK(seen.size() == 6);
}

TEST_CASE("complexity stays inside the routing table's band of the type") {
    for (const Prompt& prompt : corpus()) {
        const Classification result = classify(prompt.text);
        CAPTURE(prompt.text);
        switch (result.type) {
            case code:
                CHECK((result.complexity >= 2 && result.complexity <= 6));
                break;
            case simple:
                CHECK((result.complexity >= 1 && result.complexity <= 3));
                break;
            case summary:
                CHECK((result.complexity >= 2 && result.complexity <= 4));
                break;
            case extraction:
                CHECK(result.complexity == 2);
                break;
            case medium:
                CHECK((result.complexity >= 4 && result.complexity <= 6));
                break;
            case complex:
                CHECK((result.complexity >= 7 && result.complexity <= 10));
                break;
            case QueryType::embedding:
                FAIL("words never decide on embedding");
        }
        CHECK(result.score >= 0.0);
        CHECK(result.score <= 1.0);
    }
}

TEST_CASE("score never falls where complexity rises") {
    std::map<int, std::pair<double, double>> range;
    for (const Prompt& prompt : corpus()) {
        const Classification result = classify(prompt.text);
        auto [entry, fresh] = range.try_emplace(result.complexity, result.score, result.score);
        entry->second.first = std::min(entry->second.first, result.score);
        entry->second.second = std::max(entry->second.second, result.score);
    }
    double highest_below = -1.0;
    for (const auto& [complexity, scores] : range) {
        CAPTURE(complexity);
        CHECK(scores.first > highest_below);
        highest_below = scores.second;
    }
}

TEST_CASE("every classification gives its reasons") {
    for (const Prompt& prompt : corpus()) {
        const Classification result = classify(prompt.text);
        CAPTURE(prompt.text);
        CHECK(result.reason_count > 0);
        for (const Reason& reason : result)
            CHECK(!reason.what.empty());
    }
}

}  // namespace llmr::classifier_test
