import type { DraftCard, FlashcardsDraft } from '../draft/draft.ts';
import type { Reading } from '../language/language.ts';
import { findGaps, type Gap } from './question/cloze-questions.ts';
import { type DefinedTerm, hasDefinition } from './question/definition-questions.ts';
import { rankSentences } from './rank.ts';
import { wordingOf } from './wording.ts';

interface Candidate {
  readonly term: string;
  readonly sentence: number;
  readonly worth: number;
  readonly card: DraftCard;
}

const definitionLift = 1;
/** A year or an amount is worth a card only where there is little else. */
const factDrop = 0.4;
const isFact = ({ term }: Gap) => term.kind === 'YEAR' || term.kind === 'NUMBER';

/** Cards for what the text defines (term → meaning), then sentences with a gap, in reading order. */
export function buildFlashcards(reading: Reading, { count }: { readonly count: number }): FlashcardsDraft {
  const { scores } = rankSentences(reading);
  const definitions = [...reading.terms.values()].filter(hasDefinition).map(
    (term): Candidate => ({
      term: term.key,
      sentence: term.definition.sentence,
      worth: definitionLift + term.salience / 5 + (scores[term.definition.sentence] ?? 0),
      card: definitionCard(reading, term),
    }),
  );
  const gaps = findGaps(reading).map(
    (gap): Candidate => ({
      term: gap.term.key,
      sentence: gap.sentence,
      worth:
        (scores[gap.sentence] ?? 0) + Math.min(0.5, gap.term.salience / 10) - (isFact(gap) ? factDrop : 0),
      card: gapCard(reading, gap),
    }),
  );
  const picked: Candidate[] = [];
  for (const candidate of [...definitions, ...gaps].sort((a, b) => b.worth - a.worth)) {
    const fresh = picked.every(
      ({ term, sentence }) => term !== candidate.term && sentence !== candidate.sentence,
    );
    if (picked.length < count && fresh) picked.push(candidate);
  }
  return { cards: picked.sort((a, b) => a.sentence - b.sentence).map(({ card }) => card) };
}

function definitionCard(reading: Reading, term: DefinedTerm): DraftCard {
  const wording = wordingOf(reading.language);
  return {
    front: wording.cardFront(term.definition),
    back: wording.descriptionChoice(term.definition.description),
    cloze: '',
    quotes: [reading.text.sentences[term.definition.sentence]?.quote ?? ''],
  };
}

function gapCard(reading: Reading, gap: Gap): DraftCard {
  const wording = wordingOf(reading.language);
  const answer = gap.statement.slice(gap.start, gap.end);
  return {
    front: wording.withBlank(gap.statement, gap, '[…]'),
    back: answer,
    cloze: `${gap.statement.slice(0, gap.start)}{{c1::${answer}}}${gap.statement.slice(gap.end)}`,
    quotes: [reading.text.sentences[gap.sentence]?.quote ?? ''],
  };
}
