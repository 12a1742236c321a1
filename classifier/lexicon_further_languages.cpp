#include "classifier/lexicon.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

/// Russian, and the commonest words of Greek, Turkish, Arabic, Hindi, Romanian, Vietnamese and
/// Indonesian.
constexpr CueWords kTable[] = {
    {cues(create),
     "напиши напишите написать составь создай сочини придумай сгенерируй напишу yaz yazın "
     "oluştur اكتب اكتبي أنشئ लिखो लिखिए लिखें बनाओ scrie viết tulis buat γράψε"},
    {cues(code_verb), "реализуй реализовать отладь запрограммируй"},
    {cues(fix),
     "исправь исправить удалить отсортировать сортировка вывести найти заменить замена "
     "преобразовать сравнить перебрать считать прочитать записать вызвать получить "
     "добавить убрать объединить распаковать сжать запустить"},
    {cues(summarize),
     "резюмируй кратко суммируй перескажи вкратце выжимку конспект резюме özetle özet "
     "özetleyin لخص ملخص تلخيص सारांश rezumă rezumat περίληψη συνόψισε ringkas ringkasan "
     "rangkum tóm_tắt коротко выдели_главное основная_мысль главное о_чём ما_الفكرة "
     "الفكرة_الرئيسية باختصار ana_fikir मुख्य_विचार संक्षेप ý_chính ide_pokok κύρια_ιδέα "
     "в_двух_словах одним_предложением главная_мысль bir_cümleyle"},
    {cues(extract),
     "извлеки извлечь выпиши выдели выделите çıkar استخرج निकालिए निकालो extrage "
     "trích_xuất ekstrak согласно_тексту"},
    {cues(list), "перечисли назови упомянуты упоминаются listele اذكر बताइए liệt_kê sebutkan"},
    {cues(explain),
     "объясни объясните опиши опишите расскажи поясни anlat açıkla اشرح समझाओ समझाइए "
     "giải_thích jelaskan explică εξήγησε آثار أهمية dampak pengaruh pentingnya "
     "quan_trọng важно важны влияет влияние разница önemli"},
    {cues(reason),
     "докажи докажите доказать обоснуй выведи рассуждая kanıtla أثبت सिद्ध chứng_minh "
     "buktikan demonstrează по_шагам"},
    {cues(compare),
     "сравни сравните проанализируй проанализируйте оцени оцените взвесь karşılaştır "
     "değerlendir قارن तुलना so_sánh bandingkan compară analizează"},
    {cues(plan), "спланируй разработай спроектируй составь_план planla tasarla خطط योजना"},
    {cues(rewrite), "перепиши перефразируй улучши"},
    {cues(translate), "переведи перевести çevir ترجم अनुवाद dịch terjemahkan traduce"},
    {cues(define), "означает определение значит anlamı معنى अर्थ"},
    {cues(advise),
     "посоветуй совет советы идеи предложи подскажи как_мне öner tavsiye öneri نصائح "
     "اقترح सुझाव gợi_ý lời_khuyên saran дай_советы mẹo"},
    {cues(roleplay), "представь вообрази притворись hayal_et تخيل कल्पना tưởng_tượng bayangkan"},
    {cues(compute), "вычисли вычислите реши решите посчитай рассчитай hesapla احسب गणना hitung"},
    {cues(text_work),
     "стих стихотворение рассказ сказку сказка письмо эссе речь песню шутку şiir hikaye "
     "mektup قصيدة قصة رسالة कविता कहानी पत्र thơ puisi cerita surat"},
    {cues(deep_work), "допущения расчёты вывод последствия риски varsayımlar sonuç افتراضات"},
    {cues(source_text),
     "текст тексте текста следующий следующего отрывок статью абзац metin metni aşağıdaki "
     "النص التالي पाठ निम्नलिखित đoạn_văn teks textul"},
    {cues(entity), "имена даты адреса названия места имена_людей isimleri kişi الأسماء नाम नामों"},
    {cues(code_strong), "питон питоне скрипт скрипта регулярка джаваскрипт بايثون पायथन"},
    {cues(code_weak),
     "функция функцию код запрос строку строки строка массив массива список списка списки "
     "списков цикл цикла цикле файл файла файлов файлы ошибка переменную переменная "
     "словарь словаря команда команду программа программу класс метод база каталог папка "
     "таблица столбец элемент элементов fonksiyon kod dosya dizi دالة كود ملف फ़ाइल "
     "फ़ंक्शन hàm mã tệp fungsi kode berkas документацию процесс процессов символов "
     "символ чисел"},
    {cues(not_code), "функция_печени почтовый_индекс функция_почек классовая_борьба"},
    {cues(wh),
     "кто когда где какой какая какие какое что чей сколько_лет кому кого куда откуда kim "
     "ne_zaman nerede hangi من متى أين أي ما कौन कब कहाँ कहां क्या किस cine când unde "
     "care ce ai khi_nào ở_đâu gì siapa kapan mana berapa ποιος πότε πού ποια ποιο τι "
     "nedir neydi nào đâu ποιοι ποιες που ποιον"},
    {cues(how), "как каким nasıl كيف कैसे cum làm_sao thế_nào bagaimana πώς"},
    {cues(why), "почему зачем neden niçin لماذا क्यों vì_sao tại_sao de_ce γιατί kenapa"},
    {cues(quantity),
     "сколько всего каждый каждая осталось часов километров процентов kaç كم कितने कितना "
     "câte bao_nhiêu πόσο πόσα стоит км руб кг"},
    {cues(filler),
     "пожалуйста мне мы можешь lütfen bana من_فضلك लिए मुझे कृपया hãy tolong xin "
     "не_могли_бы"},
    {cues(greeting),
     "привет здравствуй здравствуйте спасибо пока merhaba teşekkürler selam مرحبا شكرا "
     "नमस्ते धन्यवाद xin_chào cảm_ơn halo terima_kasih"},
    {cues(boundary), "о об про для из чтобы который"},
    {cues(follow_up), "ещё снова теперь продолжай короче devam استمر подробнее теперь_на"},
    {cues(refers), "это этот эту этого bunu هذا यह इस"},
    {cues(constraint), "должен должна минимум ровно без en_az على_الأقل"},
};

}  // namespace

std::span<const CueWords> further_languages() {
    return kTable;
}

}  // namespace llmr::classifier
