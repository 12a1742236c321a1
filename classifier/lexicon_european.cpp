#include "classifier/lexicon.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

/// German, French, Spanish, Italian, Portuguese; Dutch and Polish in passing.
constexpr CueWords kTable[] = {
    {cues(create),
     "schreib schreibe schreiben verfasse verfassen erstelle erstellen erzeuge generiere "
     "formuliere entwirf dichte erfinde mach mache baue écris écrire écrivez rédige "
     "rédigez rédiger génère générez crée créez créer compose composez fais invente "
     "imagine-moi escribe escriba escribir redacta redacte redactar genera genere generar "
     "crea cree crear compón haz inventa scrivi scrivere scrivimi componi escreva "
     "escrever escreve redija gere crie criar faça schrijf napisz stwórz"},
    {cues(code_verb),
     "implementiere implementieren programmiere programmieren refaktoriere debugge "
     "implémente implémenter programmer implementa implementar programa programar depura "
     "depurar implementare programma"},
    {cues(fix),
     "behebe repariere korrigiere sortiere lösche umkehren sortieren löschen corrige "
     "corriger répare inverser trier supprimer fusionner arregla corregir ordenar "
     "eliminar invertir correggi unire ordinare corrija"},
    {cues(summarize),
     "zusammenfassen zusammenfassung fasse fass zusammen kernaussage kernaussagen "
     "kernpunkte kurzfassung résume résumer résumez résumé synthèse synthétise abrège "
     "essentiel resume resumir resumen resúmeme resuma sintetiza síntesis puntos_clave "
     "riassumi riassumere riassunto riassumimi sintesi resumo sintetize samenvatting "
     "streść podsumuj en_pocas_palabras en_una_frase in_einem_satz en_une_phrase in_kürze "
     "en_bref em_poucas_palavras idée_principale idea_principal hauptgedanke hauptidee "
     "hauptaussage idea_principale ideia_principal worum_geht was_sagt_dieser "
     "de_quoi_parle de_qué_trata di_cosa_parla"},
    {cues(extract),
     "extrahiere extrahieren entnimm extrais extraire extrayez relève relevez extrae "
     "extraer extraiga saca estrai estrarre extraia extrair laut_text laut_dem d'après_le "
     "selon_le según_el de_acuerdo"},
    {cues(list),
     "liste nenne finde aufzählen zähle identifiziere welche énumère cite trouve "
     "identifie repère listez lista enumera nombra encuentra identifica menciona elenca "
     "trova enumere personen orte vorkommen erwähnt mentionnés mencionados"},
    {cues(explain),
     "erkläre erklär erklären beschreibe beschreiben erläutere schildere erzähle explique "
     "expliquer expliquez explique-moi décris décrire décrivez raconte explica explicar "
     "explícame describe describir cuenta cuéntame spiega spiegami descrivi racconta "
     "descreva conte explica-me auswirkungen wirkung effets effet efectos efecto impacto "
     "importantes importante important importants importância effetti wichtig funciona "
     "fonctionne funktioniert unterschied différence diferencia differenza"},
    {cues(reason),
     "beweise beweisen herleiten begründe begründen zeige_dass leite_her "
     "schritt_für_schritt démontre démontrez démontrer prouve prouver prouvez justifie "
     "justifiez déduis étape_par_étape demuestra demostrar demuestre prueba justifica "
     "justifique deduce paso_a_paso cada_paso dimostra dimostrare giustifica demonstre "
     "prove motivata mostra_i_passaggi rechenweg"},
    {cues(compare),
     "vergleiche vergleichen analysiere analysieren bewerte bewerten beurteile wäge "
     "abwägen diskutiere erörtere vor-_und_nachteile compare comparer comparez analyse "
     "analyser analysez évalue évaluer évaluez discute pèse compara comparar analiza "
     "analizar analice evalúa evaluar evalúe valora confronta analizza valuta valutare "
     "discuta analise avalie pesa_los pro_e_contro ventajas_y_riesgos pour_et_contre"},
    {cues(plan),
     "plane planen entwickle entwerfe konzipiere strategie finanzplan planifie planifier "
     "conçois concevoir élabore stratégie diseña diseñar planifica planificar planea "
     "elabora estrategia progetta pianifica planeje elabore projete estratégia entwirf"},
    {cues(rewrite),
     "umschreiben umformulieren überarbeite überarbeiten verbessere reformule réécris "
     "améliore reformula reescribe mejora riscrivi migliora reescreva melhore"},
    {cues(translate),
     "übersetze übersetzen übersetzung traduis traduire traduisez traduction traduce "
     "traducir traducción traduzca traduci traduzir traduza wie_sagt_man comment_dit-on "
     "cómo_se_dice come_si_dice como_se_diz"},
    {cues(convert),
     "umrechnen rechne umwandeln wandle convertis convertir convierte converti converta"},
    {cues(define),
     "definiere definition bedeutet bedeutung heißt définis définition signifie veut_dire "
     "define significa significado definición definisci defina quer_dizer wie_lautet "
     "lautet"},
    {cues(advise),
     "tipps tipp ratschläge ideen vorschläge empfiehl empfehle rat sollte conseils "
     "conseil idées propose suggère recommande devrais consejos consejo ideas sugiere "
     "recomienda debería sugerencias consigli idee suggerisci dicas conselhos ideias "
     "sugira wie_kann comment_puis-je cómo_puedo come_posso como_posso comment_faire "
     "comment_parler vorteile nachteile avantages inconvénients ventajas desventajas "
     "vantagens vantaggi vor-_und_nachteile wie_kann_ich mejorar améliorer"},
    {cues(roleplay),
     "stell_dir_vor du_bist_ein du_bist_eine tu_es_un imagine_que imagina_que eres_un "
     "eres_una imagina immagina finja stell_dir tu_es_une"},
    {cues(compute),
     "berechne berechnen löse lösen calcule calculer résous résoudre calcula calcular "
     "resuelve resolver calcola risolvi resolva"},
    {cues(text_work),
     "gedicht geschichte aufsatz brief rede lied märchen witz bericht einladung gruß "
     "poème histoire lettre discours chanson conte blague règlement récit nouvelle "
     "dissertation poema cuento historia carta discurso canción ensayo chiste relato "
     "diario cuento_corto lettera racconto poesia storia discorso canzone favola conto "
     "redação história geburtstagsrede e-mail courriel correo artículo"},
    {cues(deep_work),
     "auswirkungen folgen annahmen empfehlung hypothèses conséquences risques enjeux "
     "riesgos implicaciones consecuencias supuestos hipótesis rischi hipóteses riscos "
     "implicações conseguenze vorteile_und_risiken"},
    {cues(source_text),
     "texte absatz folgenden folgende artikel abschnitt dokument nachricht suivant "
     "passage paragraphe extrait ci-dessous suivante texto siguiente párrafo fragmento "
     "pasaje testo seguente brano seguinte trecho"},
    {cues(entity),
     "namen orte daten personen adressen beträge noms lieux dates personnes adresses "
     "montants nombres lugares fechas personas direcciones importes nomi luoghi persone "
     "nomes datas pessoas organisationen organizaciones"},
    {cues(code_strong),
     "regulärer_ausdruck expression_régulière expresión_regular quellcode liste_chaînée "
     "lista_enlazada tabellenkalkulation"},
    {cues(code_weak),
     "funktion funktionen skript programm klasse methode abfrage schleife datei ordner "
     "zeichenkette spalte zeile fehler fehlermeldung datenbank ausgabe eingabe fonction "
     "programme classe méthode requête boucle fichier dossier chaîne colonne ligne erreur "
     "tableau données función programa clase método consulta bucle archivo fichero "
     "carpeta cadena columna fila error lista tabla arreglo funzione metodo ciclo colonna "
     "riga errore stringa função código arquivo laço coluna linha erro vetor codigo "
     "commande comando befehl algorithmus algorithme algoritmo"},
    {cues(not_code),
     "funktion_der funktion_des fonction_des fonction_du función_del función_de_la "
     "klasse_in clase_social classe_sociale función_tiene función_cumple funzione_del "
     "função_do funktion_hat dress_code código_postal clase_magistral classe_moyenne "
     "codice_postale code_postal code_pénal code_civil lutte_des lucha_de código_da "
     "code_da"},
    {cues(wh),
     "wer wann wo welche welcher welches was wem wen wie_heißt qui quand où quel quelle "
     "quels quelles qu'est-ce lequel quién quiénes cuándo dónde cuál cuáles qué chi "
     "quando dove qual quale quali cosa quem onde quais que wie_lautet"},
    {cues(how), "wie comment cómo como come"},
    {cues(why), "warum wieso weshalb pourquoi por_qué perché por_que mengapa"},
    {cues(quantity),
     "wie_viel wie_viele wieviel wieviele insgesamt jede prozent übrig stunden kosten "
     "kostet combien total chaque reste pourcent heures coûte cuántos cuántas cuánto "
     "cuánta cada queda quedan por_ciento horas cuesta quanti quante quanto quanta ogni "
     "restano ore costa quantos quantas resta"},
    {cues(filler),
     "bitte kannst könntest du mir mal ich möchte brauche eine einen ein der die das den "
     "dem könnten sie für uns gib gerne doch s'il te plaît peux-tu pourrais-tu "
     "pouvez-vous moi je voudrais j'ai besoin un une le la les des donne donne-moi svp "
     "vous plait peux tu por favor puedes podrías me quisiera necesito unos unas una el "
     "los las dame muéstrame per puoi potresti vorrei il lo gli dammi pode poderia "
     "preciso um uma os as seria"},
    {cues(greeting),
     "hallo danke guten_morgen guten_tag guten_abend tschüss servus moin bonjour salut "
     "merci bonsoir au_revoir coucou hola gracias buenos_días buenas_tardes adiós ciao "
     "grazie buongiorno arrivederci olá obrigado obrigada bom_dia"},
    {cues(boundary),
     "über für von mit die der das sur pour avec qui que sobre para con di del dela com "
     "per zum zur im sobre_el"},
    {cues(constraint),
     "mindestens höchstens genau ohne muss au_moins au_plus exactement sans doit al_menos "
     "como_máximo exactamente sin debe almeno esattamente pelo_menos sem"},
    {cues(depth),
     "ausführlich detailliert gründlich détaillé détaillée approfondi detallado detallada "
     "exhaustivo dettagliato detalhado"},
    {cues(brief), "kurz kurze kurzen kürzer court courte bref breve corto corta curto curta"},
    {cues(follow_up),
     "nochmal weiter kürzer länger stattdessen einfacher encore continue plus continúa "
     "sigue otra más_corto plus_court continua ancora mais_curto mach_weiter jetzt_in "
     "jetzt_auf maintenant_en ahora_en und_jetzt"},
    {cues(refers),
     "es dies dieses diesen diese das cela ce cette ceci ça esto este esta eso questo "
     "questa isso isto"},
    {cues(math),
     "gleichung integral primzahl dreieck wurzel ableitung wahrscheinlichkeit summe "
     "teilbar équation intégrale premier racine dérivée probabilité somme divisible "
     "ecuación raíz derivada probabilidad suma equazione radice equação raiz somma angoli "
     "triangolo triangle triángulo"},
};

}  // namespace

std::span<const CueWords> european_words() {
    return kTable;
}

}  // namespace llmr::classifier
