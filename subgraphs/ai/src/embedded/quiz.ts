import type { QuestionDifficulty } from '@studymate/contracts';
import type { DraftQuestion, QuizDraft } from '../draft/draft.ts';
import type { Reading } from '../language/language.ts';
import { findGaps, gapChoiceQuestion, gapQuestion } from './question/cloze-questions.ts';
import {
  type DefinedTerm,
  hasDefinition,
  nameTheTermQuestion,
  trueStatementQuestion,
  whatIsQuestion,
  whichTermQuestion,
} from './question/definition-questions.ts';
import { rankSentences } from './rank.ts';

export const questionTypes = ['CHOICE', 'CLOZE', 'TEXT'] as const;
export type QuestionType = (typeof questionTypes)[number];

export interface QuizRequest {
  readonly count: number;
  readonly types: readonly QuestionType[];
  readonly difficulty: QuestionDifficulty | null;
}

/** One way to make a question, and what it uses up: no term and no sentence is asked about twice. */
interface Recipe {
  readonly form: Form;
  readonly term: string;
  readonly sentence: number;
  readonly section: number;
  readonly worth: number;
  make(): DraftQuestion | null;
}

/** FACT is a gap for a year or an amount. */
type Form = 'WHICH_TERM' | 'WHAT_IS' | 'TRUE_STATEMENT' | 'NAME_TERM' | 'GAP_CHOICE' | 'FACT' | 'GAP';

const typeOf: Readonly<Record<Form, QuestionType>> = {
  WHICH_TERM: 'CHOICE',
  WHAT_IS: 'CHOICE',
  TRUE_STATEMENT: 'CHOICE',
  GAP_CHOICE: 'CHOICE',
  FACT: 'CHOICE',
  GAP: 'CLOZE',
  NAME_TERM: 'TEXT',
};

/** Which forms come in turn; a form whose material is used up is passed over. */
const turns: Readonly<Record<QuestionDifficulty, readonly Form[]>> = {
  BEGINNER: ['WHICH_TERM', 'WHICH_TERM', 'GAP_CHOICE'],
  EASY: ['WHICH_TERM', 'GAP_CHOICE', 'WHAT_IS', 'FACT'],
  MEDIUM: [
    'WHICH_TERM',
    'GAP_CHOICE',
    'WHAT_IS',
    'GAP',
    'WHICH_TERM',
    'TRUE_STATEMENT',
    'FACT',
    'GAP_CHOICE',
    'NAME_TERM',
  ],
  HARD: ['WHAT_IS', 'TRUE_STATEMENT', 'GAP', 'NAME_TERM', 'GAP_CHOICE'],
  EXPERT: ['TRUE_STATEMENT', 'NAME_TERM', 'GAP', 'WHAT_IS'],
};

/** More years and amounts than this share make a dull quiz. */
const mostFacts = 0.25;

/** A quiz built by rules from what the text defines and states, in reading order. */
export function buildQuiz(reading: Reading, { count, types, difficulty }: QuizRequest): QuizDraft {
  const recipes = collectRecipes(reading).sort((a, b) => b.worth - a.worth);
  const allowed = (forms: readonly Form[]) => forms.filter((form) => types.includes(typeOf[form]));
  const picked: Picked[] = [];
  fill(picked, {
    recipes,
    forms: allowed(turns[difficulty ?? 'MEDIUM']),
    count,
    mostFacts: Math.ceil(count * mostFacts),
  });
  fill(picked, { recipes, forms: allowed(turns.MEDIUM), count, mostFacts: count });
  picked.sort((a, b) => a.recipe.sentence - b.recipe.sentence);
  return { questions: picked.map(({ question }) => question) };
}

interface Picked {
  readonly recipe: Recipe;
  readonly question: DraftQuestion;
}

interface Filling {
  readonly recipes: Recipe[];
  /** In turn; one whose material is used up is passed over. */
  readonly forms: readonly Form[];
  readonly count: number;
  readonly mostFacts: number;
}

/** Adds questions until there are enough or nothing is left to ask. */
function fill(picked: Picked[], { recipes, forms, count, mostFacts: limit }: Filling): void {
  for (let turn = 0, misses = 0; picked.length < count && misses < forms.length; turn += 1) {
    const form = forms[turn % forms.length];
    const facts = picked.filter(({ recipe }) => recipe.form === 'FACT').length;
    const next = form && (form !== 'FACT' || facts < limit) ? nextOf(recipes, form, picked) : null;
    misses = next ? 0 : misses + 1;
    if (next) picked.push(next);
  }
}

/** The best recipe of a form from the section that was asked about least. */
function nextOf(recipes: Recipe[], form: Form, picked: readonly Picked[]): Picked | null {
  const askedIn = (section: number) => picked.filter(({ recipe }) => recipe.section === section).length;
  const free = recipes
    .filter((recipe) => recipe.form === form && picked.every((other) => isFree(recipe, other.recipe)))
    .sort((a, b) => askedIn(a.section) - askedIn(b.section));
  for (const recipe of free) {
    const question = recipe.make();
    if (question) return { recipe, question };
    recipes.splice(recipes.indexOf(recipe), 1);
  }
  return null;
}

const isFree = (recipe: Recipe, other: Recipe) =>
  recipe.term !== other.term && recipe.sentence !== other.sentence;

function collectRecipes(reading: Reading): Recipe[] {
  const { scores } = rankSentences(reading);
  const sectionOf = (sentence: number) => reading.text.sentences[sentence]?.section ?? 0;
  const defined = [...reading.terms.values()].filter(hasDefinition).filter(isClear);
  const forms = [
    ['WHICH_TERM', whichTermQuestion],
    ['WHAT_IS', whatIsQuestion],
    ['TRUE_STATEMENT', trueStatementQuestion],
    ['NAME_TERM', nameTheTermQuestion],
  ] as const;
  const fromDefinitions = defined.flatMap((term) =>
    forms.map(([form, make]) => ({
      form,
      term: term.key,
      sentence: term.definition.sentence,
      section: sectionOf(term.definition.sentence),
      worth: term.salience / 5 + (scores[term.definition.sentence] ?? 0),
      make: () => make(reading, term),
    })),
  );
  const fromGaps = findGaps(reading).flatMap((gap) => {
    const worth = (scores[gap.sentence] ?? 0) + Math.min(1, gap.term.salience / 8);
    const place = { term: gap.term.key, sentence: gap.sentence, section: sectionOf(gap.sentence) };
    const isFact = gap.term.kind === 'YEAR' || gap.term.kind === 'NUMBER';
    const choice: Recipe = {
      form: isFact ? 'FACT' : 'GAP_CHOICE',
      ...place,
      worth,
      make: () => gapChoiceQuestion(reading, gap),
    };
    const free: Recipe = { form: 'GAP', ...place, worth, make: () => gapQuestion(reading, gap) };
    return isFact ? [choice] : [choice, free];
  });
  return [...fromDefinitions, ...fromGaps];
}

/** A description that itself leans on nothing and is long enough to single out one term. */
const isClear = ({ definition }: DefinedTerm): boolean => definition.description.length >= 12;
