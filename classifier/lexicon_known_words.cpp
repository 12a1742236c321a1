#include "classifier/lexicon.hpp"

namespace llmr::classifier {
namespace {

/// Everyday words one letter away from a word of another table.
constexpr CueWords kTable[] = {
    {kKnownWord,
     "there through started expensive course horses device strong content except locale "
     "record reward encode charge brought chance stayed writer passing essential stores "
     "selling assets concert identity plates parking whereas stopping butter shaped "
     "compete printer melting flies promise precise charter latter falling clarity "
     "friction textual strict scared election contest memorize jupiter storing sending "
     "massage farther eclipse shaded precious batter angels serves mouths thirsty staged "
     "seated refuse printers planting parker fright princes closure shipping regards "
     "attacked spilled shower lasted gracie genre cation thrive sporting solute "
     "smelled retaining resort promises converter clauses casual threats "
     "retain regain litter lifted knives faction bitter backed troupe spills "
     "smelling sampler rotting revolve reactor palaces painters painter divest dispute "
     "dairy crushing counties analysts advent widget victor tablets stared "
     "speeding snapped slapped shaved rewarding prizes parsons foster filler deprive "
     "clutter cautions waiter tropics swelling staring sneakers slated skulls "
     "sheared shamed rustling rewind parting parler overcame outlive oncology needn "
     "modulus lounger logger lessen kennel instill flailing filing filed demise converged "
     "contrast cologne chicks cheque cheeks chatter caution burton brunch quiet "
     "quite trail angel sweet sheet chose lose loose statue prince desert barn bread "
     "broad brake breath carve crate crated vacation vocation marine martial marital "
     "immigration adopt adapt later lattes founder stock stick latte county bottle battle "
     "battel cattle castle cable trouble cruise curse nurse purse worse verse inverse "
     "deserve conserve converse desire decide divide deride hotel motel panel "
     "channel tunnel pencil council counsel principal police polite pocket packet rocket "
     "racket ticket tackle temple dimple ample"},
};

}  // namespace

std::span<const CueWords> known_words() {
    return kTable;
}

}  // namespace llmr::classifier
