import { responseSchema } from '../question/response.ts';

/** A stored answer as the member of the SDL's `Response` union that it is; null for none. */
export function presentResponse(stored: unknown) {
  if (stored === null) return null;
  const response = responseSchema.parse(stored);
  switch (response.kind) {
    case 'CHOICE':
      return { __typename: 'ChoiceResponse' as const, choiceIds: response.choiceIds };
    case 'TEXT':
    case 'ESSAY':
      return { __typename: 'TextResponse' as const, text: response.text };
    case 'NUMERIC':
      return { __typename: 'NumericResponse' as const, value: response.value, unit: response.unit };
    case 'MATCH':
      return { __typename: 'MatchResponse' as const, pairs: response.pairs };
    case 'ORDER':
      return { __typename: 'OrderResponse' as const, itemIds: response.itemIds };
    case 'CLOZE':
      return { __typename: 'ClozeResponse' as const, gaps: response.gaps };
  }
}
