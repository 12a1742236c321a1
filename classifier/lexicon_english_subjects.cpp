#include "classifier/lexicon.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

constexpr CueWords kTable[] = {
    {cues(text_work),
     "poem poems poetry essay essays story stories email e-mail emails letter speech song "
     "lyrics haiku blog post tweet scene dialogue dialog slogan recipe joke jokes "
     "limerick ad advert advertisement caption captions bio biography toast monologue "
     "sonnet tale fable diary review headline headlines title titles tagline invitation "
     "note announcement newsletter pitch memo fairytale riddle rap verse stanza chapter "
     "novel plot character conversation obituary eulogy brochure flyer leaflet "
     "description paragraph itinerary menu dish workout lesson worksheet quiz report "
     "article press-release testimonial message reply resume cv screenplay thread names "
     "nickname nicknames playlist hashtag sermon vow vows anecdote metaphor greeting card "
     "sentence sentences column script outline presentation apology quote proverb "
     "horoscope parody ballad ode product theme"},
    {cues(deep_work),
     "implications trade-offs tradeoffs trade-off tradeoff thesis dissertation "
     "feasibility consequences philosophical ethical ethics geopolitical macroeconomic "
     "assumptions causality hypotheses hypothesis interpretations interpretation "
     "counterarguments evidence policy critique rationale mechanisms limitations risks "
     "dependencies fallback incentives equity scenarios proposal caveats counterfactual "
     "correlation causation objections uncertainty stakeholders governance regulation "
     "argument arguments alternatives second-order sustainability confounders weaknesses "
     "weakest strongest"},
    {cues(source_text),
     "text passage article paragraph document transcript following below excerpt abstract "
     "meeting sentence review email message post tweet thread chat conversation contract "
     "log logs report snippet context note notes discussion letter memo dialogue "
     "statement speech invoice receipt minutes story paper input attached here tweets "
     "reviews"},
    {cues(entity),
     "names entities entity dates date emails email addresses address phone numbers "
     "number keywords keyword persons person places place organisations organizations "
     "companies company amounts amount fields topics topic hashtags items item terms "
     "locations location people facts fact events event products product prices price "
     "owner owners participants cities city countries urls links skills requirements "
     "deadlines mentions quantities attributes tags speakers preferences years ids codes "
     "figures verbs nouns adjectives action-items speaker decision decisions works"},
    {cues(math),
     "equation equations integral theorem probability polynomial triangle percent "
     "percentage remainder prime primes matrix derivative logarithm fraction denominator "
     "numerator integers integer circle radius perimeter circumference hexagon vertices "
     "quadratic coefficient divisible exponent factorial sine cosine tangent geometric "
     "arithmetic permutation permutations combinations median variance digits decimal "
     "root roots square squared cube cubed rectangle parabola ellipse lim sqrt modulo "
     "modular inequality graph angle angles algebra calculus eigenvalue eigenvalues "
     "asymptote slope coordinates coordinate plane trapezoid parallelogram diameter "
     "diagonal polygon congruent bisector hypotenuse summation odds expected dice coin "
     "coins multiples multiple expression irrational"},
    {cues(quantity),
     "total each per altogether left remaining cost costs profit speed hours minutes days "
     "weeks half twice thrice double triple dozen average rate sold bought buys sells "
     "spent spends earns earned paid pays price older younger faster slower dollars cents "
     "euros times remain combined share shared equally percent interest months fewer"},
    {cues(logic),
     "houses leftmost rightmost truth liar lies lying liars knights knaves valid invalid "
     "deductively premise syllogism logically clues clue puzzle riddle immediately "
     "tallest oldest newest lamppost penguins swaps swap trade partners weighings paradox "
     "swapped boolean"},
    {cues(number_word),
     "one two three four five six seven eight nine ten eleven twelve twenty thirty forty "
     "fifty hundred thousand million dozen half drei vier funf sechs sieben acht neun "
     "zehn trois quatre cinq sept huit neuf dix tres cuatro cinco seis siete ocho nueve "
     "diez tre quattro cinque sei sette otto dieci quatro sete oito dez два три четыре "
     "пять шесть семь восемь 一 二 三 四 五 六 七 八 九 十 两 百 半"},
    {cues(errand),
     "weather alarm timer reminder remind balance uber traffic temperature appointment "
     "meeting playlist volume lights reservation flight bill credit card pto luggage "
     "transfer calendar account todo shopping payday direct deposit routing mpg tire oil "
     "gas restaurant visa vaccines call phone song music play pin rewards insurance w2 "
     "paycheck order book cancel whisper ingredient calories spending apr transactions "
     "checks"},
    {cues(hard_subject),
     "quantum relativity thermodynamics epistemology ontology metaphysics cryptography "
     "bayesian stochastic topology manifold category-theory game-theory nash equilibrium "
     "econometric neuroscience immunology pharmacology genomics jurisprudence "
     "constitutional antitrust monetary fiscal derivatives hedge macroeconomics causal "
     "entropy hamiltonian schrödinger gödel complexity consensus distributed byzantine "
     "copenhagen many-worlds asymptotic lattice crystallography enzyme electrochemical "
     "isotope electron orbital"},
    {cues(format), "json csv yaml xml table fields schema markdown key-value jsonl"},
};

}  // namespace

std::span<const CueWords> english_subjects() {
    return kTable;
}

}  // namespace llmr::classifier
