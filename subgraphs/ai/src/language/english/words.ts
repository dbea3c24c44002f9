const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Nouns too general to be taught, and words that taggers take for nouns. Lemmas. */
export const generalNouns = words(`
  thing way part number result place kind type method process system use day time year amount example
  case form group set list line point step stage side end beginning rest lot set name word term idea
  fact reason purpose problem question answer effect cause change difference work job task role kind
  people person man woman human child everyone someone nobody anybody something anything nothing
  everything other one another order need way mean means state condition situation level rate degree
  range area field world country city home house building man life thing century decade month week hour
  minute second moment morning night today dozen hundred thousand million billion half quarter third
  pair couple majority member element item piece bit sort matter subject object content detail
  information knowledge study research researcher scientist biologist engineer author paper figure table
  chapter section page sense view look start stop increase decrease rise fall supply loss gain growth
  remains return exchange help support limit capture hide hold carry enter leave turn run close open
  self itself themselves adaptation measure measurement mistake trust permission age shape size length
  width height top bottom inside outside surface front back center middle edge neighbour neighbor
  concentration proportion speed value percent percentage total sum average maximum minimum majority
  company owner customer sender receiver user both whole several few many much most first last next
`);

/** Adjectives that add nothing to the name of a thing. */
export const emptyModifiers = words(`
  many most more few several some any all each every both other another such same own certain different
  various first second third fourth last next previous following only main major minor important large
  small big little long short high low new old early late good bad best great deep wide whole entire
  full total single double simple complex typical common usual normal general special particular similar
  far near most much less least enough possible available able likely upper lower outer inner left right
  overall resulting living thin flat hot cold dry wet dim bright tiny huge enormous later earlier nearest
  independent responsible directly right whole
`);

/** Sentences that begin so lean on the one before. */
export const leaningStart =
  /^(?:it|its|they|their|them|he|she|his|her|this|that|these|those|such|both|each of|one of (?:these|them|those)|some of (?:these|them)|all of (?:these|them)|neither|either|the (?:former|latter|same|other|others|second|third|result|resulting|remaining|rest|first (?:stage|phase|step)|reason)|in this|in these|in that|at this|at the end|by this|for this|with this|without this|from this|despite its|under this|as they|as it|because of this|thanks to this|here|there|then|next|afterwards|later|finally|meanwhile|otherwise|instead|similarly|likewise|again|so|thus|hence|together|part of|but|and|or|yet|nor)\b/i;

/** `this rule`, `these measures`, `the same counter`: names something said earlier. */
export const leansOnEarlier =
  /\bthis\b|\bthese\b|\bthose (?!who\b|that\b|which\b|in\b|of\b|with\b)|\bsuch (?!as\b|that\b)|\bthe same (?!time\b)|\b(?:that|the) (?:latter|former|other colours)\b|\bthe two\b|, however,|\bdifferently\b|\bon top of it\b|\b(?:one|some|most|all|part|many|each|what was left) of (?:its|their|his|her|them|it)\b|^[\w ]{0,30}\b(?:later|earlier|afterwards),? (?:he|she|it|they)\b|^(?:in|at|on|after|before|by|from|with|to|then)\b[^,]{0,50}, (?:it|they|he|she|its|their|his|her)\b/i;

/** Connectives that a sentence can lose at its start without losing its sense. */
export const leadingConnective =
  /^(?:however|therefore|moreover|furthermore|in addition|in contrast|by contrast|nevertheless|nonetheless|consequently|as a result|indeed|in fact|of course|for example|for instance|today|in general|usually|also|additionally|in other words|that is|on the other hand|in short|overall|accordingly),\s+/i;

/** Words that carry no content for ranking although they are nouns, verbs or adjectives. */
export const weakWords = words(`
  be have do make take give get go come become use call say see know find put let begin start stop keep
  seem show allow help need want try cause mean include contain consist involve such many most other
  same also only very well even still often usually about than then when where which while so because
  can could may might must shall should will would however therefore thing way part kind number example
`);

/** What people do in study texts: a capitalised name before one of these is a person's. */
export const personVerb =
  /^[^.;:]{0,90}?\b(?:proposed|received|developed|published|discovered|coined|invented|described|showed|demonstrated|suggested|introduced|formulated|proved|observed|argued|wrote|won|founded|designed|identified|isolated|traced|measured|explained|predicted|built|created|was born|became)\b/;
export const personBefore =
  /(?:\bby|\bnamed after|\bof the (?:chemist|physicist|biologist|engineer|doctor|mathematician)|\bthat) $/;
export const notPerson =
  /\b(?:Prize|Event|Protocol|System|States|Kingdom|Telecom|University|Institute|Company|Corporation|Network|Infrastructure|Exchange|Theory|Law|Act|War|Age|Party|Union|Organi[sz]ation|Society|Museum|River|Ocean|Sea|Mountain|Earth|North|South|East|West|New|Great|Nobel|Internet|Information|Chemistry|Physics|Cycle|Day)\b/;

/** Proper nouns that are never the point of a question. Lower case. */
export const incidentalNames = words(`
  january february march april may june july august september october november december monday tuesday
  wednesday thursday friday saturday sunday united nobel prize chemistry physics medicine english latin greek
  states kingdom america europe asia africa american british french german european
`);
