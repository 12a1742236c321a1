#include "classifier/lexicon.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

constexpr CueWords kTable[] = {
    {cues(create),
     "write create generate compose draft produce make build craft author pen written "
     "come_up"},
    {cues(create, text_work), "write-up storyboard"},
    {cues(code_verb),
     "implement refactor debug recompile decompile reimplement vectorize deserialize "
     "serialize parallelize memoize dockerize containerize deduplicate transpile hardcode "
     "parametrize implementing refactoring debugging implemented concatenate"},
    {cues(fix),
     "fix repair correct debug troubleshoot solve resolve broken fails failing failed "
     "crash crashes crashing wrong overflows hangs optimize optimise install configure "
     "uninstall delete remove sort reverse merge parse replace append iterate rename "
     "sorted sorting parsing"},
    {cues(summarize),
     "summarize summarise summarizing summary summaries tldr tl;dr condense abridge recap "
     "gist nutshell digest synopsis précis précised boil abstract takeaway takeaways "
     "outcome condensed shorten bullets highlights recapitulate overview"},
    {cues(extract), "extract parse pull extracting transcribe scrape annotate extraction"},
    {cues(list),
     "list find identify name mention mentioned mentions label tag copy get only just "
     "highlight locate pick spot stated listed named contains detect collect enumerate "
     "quote occur discussed described"},
    {cues(explain),
     "explain describe discuss elaborate teach clarify illustrate outline expound "
     "explaining explained walk introduce effects impact importance role difference "
     "differences affects affect benefits works influence influences meaningful"},
    {cues(reason),
     "prove derive deduce justify proof disprove refute infer reasoning rigorous "
     "rigorously demonstrate reasoned premises counterexample"},
    {cues(compare),
     "compare contrast evaluate assess analyze analyse critique weigh debate argue versus "
     "analysis analysing analyzing comparison evaluating assessing comparing critically "
     "examine scrutinize scrutinise estimate"},
    {cues(plan),
     "plan design devise architect architecture roadmap strategy strategize schedule "
     "budget allocate optimise optimize planning framework blueprint migration forecast "
     "propose designing"},
    {cues(rewrite),
     "rewrite rephrase paraphrase improve edit proofread polish simplify reword revise "
     "reformulate expand tweak adapt refine correct transform edited rewritten rephrased "
     "sounding"},
    {cues(translate), "translate translation translated traduce pronounce"},
    {cues(convert),
     "convert conversion converted fahrenheit celsius kilometers kilometres miles pounds "
     "kilograms inches ounces"},
    {cues(define),
     "define definition meaning synonym antonym acronym abbreviation etymology spell "
     "spelled stand spelling means opposite"},
    {cues(advise),
     "suggest recommend advise advice tips ideas brainstorm suggestions recommendations "
     "improve overcome avoid hints propose benefits ways tip idea advantages "
     "disadvantages drawbacks encourage motivate persuade convince should better best "
     "suggestion advisable worth"},
    {cues(roleplay), "imagine pretend roleplay role-play persona renowned impersonate"},
    {cues(compute),
     "calculate compute solve evaluate determine simplify factor integrate differentiate "
     "maximize minimize calculation"},
    {cues(judge), "sentiment positive negative spam toxic rhyme grammatical grammatically"},
    {cues(wh), "who when where which what whose whom whats whos wheres whens"},
    {cues(how), "how howto"},
    {cues(why), "why reason reasons"},
    {cues(auxiliary),
     "is are was were does did do can could will would has have had am isn doesn aren don "
     "should"},
    {cues(filler),
     "please could can you i want need would like to help me hey ok okay so just kindly "
     "can't the a an some us let lets let's now then well quick quickly one more also and "
     "my we i'd i'm id im your should be able possibly maybe thanks go ahead try show "
     "tell give provide our here q question task instruction instructions"},
    {cues(greeting),
     "hi hello hey thanks thank bye goodbye morning thx hiya yo cheers greetings welcome "
     "evening howdy ty cool nice great awesome lol ok okay yes no sure sup gday"},
    {cues(boundary),
     "about on for of that which where with from into whose regarding concerning in using "
     "based by who as when inspired"},
    {cues(sequence),
     "then finally next first second third fourth lastly additionally furthermore "
     "moreover steps afterwards after"},
    {cues(constraint),
     "must exactly without only within under cannot minimum maximum limit limited "
     "constraint constraints deadline requirement requirements avoid every ensure subject "
     "at_least at_most no_more_than not_exceed"},
    {cues(depth),
     "detailed comprehensive thorough thoroughly in-depth extensive exhaustive rigorous "
     "depth nuanced elaborate systematically deep deeply"},
    {cues(brief),
     "short brief briefly concise concisely quick one-sentence shortly succinct shorter "
     "tiny one-line"},
    {cues(follow_up),
     "continue again instead shorter longer simpler more further another same previous "
     "earlier redo retry ahead too keep change last above else"},
    {cues(refers), "it this that these those above them its previous"},
};

}  // namespace

std::span<const CueWords> english_requests() {
    return kTable;
}

}  // namespace llmr::classifier
