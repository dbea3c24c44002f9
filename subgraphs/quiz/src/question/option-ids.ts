import { randomUUID } from 'node:crypto';
import type { Option, QuestionContent } from './content.ts';

/** Gives an option of a group (choices, left sides, …) its id. */
export type NameOption = (group: string, text: string) => Option;

/** Hands out random ids, but to what the version before had too (the same text in the same group) its old one. */
export function optionNamer(before: QuestionContent | null): NameOption {
  const known = Map.groupBy(before ? namesOf(before) : [], ({ name }) => name);
  return (group, text) => {
    const kept = known.get(`${group}: ${text}`)?.shift();
    return { id: kept?.id ?? randomUUID(), text };
  };
}

interface Name {
  readonly name: string;
  readonly id: string;
}

const named = (group: string, options: readonly Option[]): Name[] =>
  options.map(({ id, text }) => ({ name: `${group}: ${text}`, id }));

function namesOf(content: QuestionContent): Name[] {
  switch (content.kind) {
    case 'CHOICE':
      return named('choice', content.choices);
    case 'MATCH':
      return [...named('left', content.left), ...named('right', content.right)];
    case 'ORDER':
      return named('item', content.items);
    case 'CLOZE':
      return content.gaps.flatMap((gap, index) => [
        { name: `gap: ${index}`, id: gap.id },
        ...named(`gap ${index}`, gap.choices ?? []),
      ]);
    case 'ESSAY':
      return named(
        'criterion',
        content.rubric.map(({ id, title }) => ({ id, text: title })),
      );
    default:
      return [];
  }
}
