import type { Viewer } from '@studymate/contracts';
import { someKey } from '@studymate/testkit';
import type { World } from './world.ts';

export const attemptFields = `
  fragment AttemptFields on QuizAttempt {
    id number state startedAt deadline submittedAt submittedBy serverTime remainingSeconds quizRevision
    progress { answered total flagged }
    score { raw max fraction passed }
    items {
      id number choiceOrder maxScore flagged savedAt certainty tries settled
      question {
        __typename id version prompt
        ... on ChoiceQuestion { choices { id text } multiple partialCredit }
        ... on TextQuestion { caseSensitive maxLength }
        ... on NumericQuestion { units }
        ... on MatchQuestion { left { id text } right { id text } }
        ... on OrderQuestion { items { id text } }
        ... on ClozeQuestion { gaps { id choices { id text } } }
        ... on EssayQuestion { rubric { id title points levels { points description } } minWords }
      }
      response {
        __typename
        ... on ChoiceResponse { choiceIds } ... on TextResponse { text } ... on NumericResponse { value unit }
        ... on MatchResponse { pairs { leftId rightId } } ... on OrderResponse { itemIds }
        ... on ClozeResponse { gaps { gapId value } }
      }
      result { score fraction correctness feedback gradedBy rubric { criterionId points comment } key { rules { response weight tolerance feedback } explanation } }
    }
  }`;

const errorFields = '... on UserError { code message path } ... on StateError { currentState allowedStates }';

export const start = async (world: World, viewer: Viewer, quizId: string, key = someKey()) =>
  (
    await world.get(
      viewer,
      `mutation ($quizId: ID!, $key: String!) {
        startAttempt(quizId: $quizId, idempotencyKey: $key) { __typename ...AttemptFields ${errorFields} }
      } ${attemptFields}`,
      { quizId, key },
    )
  ).startAttempt;

export const save = async (world: World, viewer: Viewer, input: Record<string, unknown>) =>
  (
    await world.get(
      viewer,
      `mutation ($input: SaveResponseInput!) {
        saveResponse(input: $input) {
          __typename ${errorFields}
          ... on ConflictError { currentVersion }
          ... on AttemptExpiredError { deadline attempt { ...AttemptFields } }
          ... on AttemptItem {
            id flagged savedAt result { score }
            response { ... on ChoiceResponse { choiceIds } ... on TextResponse { text } ... on NumericResponse { value unit } }
          }
        }
      } ${attemptFields}`,
      { input },
    )
  ).saveResponse;

export const check = async (
  world: World,
  viewer: Viewer,
  { attemptId, itemId, key = someKey() }: { attemptId: string; itemId: string; key?: string },
) =>
  (
    await world.get(
      viewer,
      `mutation ($attemptId: ID!, $itemId: ID!, $key: String!) {
        checkResponse(attemptId: $attemptId, itemId: $itemId, idempotencyKey: $key) {
          __typename ${errorFields}
          ... on AttemptItem {
            id tries settled result { score fraction correctness feedback key { explanation rules { response } } }
          }
        }
      }`,
      { attemptId, itemId, key },
    )
  ).checkResponse;

export const submit = async (world: World, viewer: Viewer, attemptId: string, key = someKey()) =>
  (
    await world.get(
      viewer,
      `mutation ($attemptId: ID!, $key: String!) {
        submitAttempt(attemptId: $attemptId, idempotencyKey: $key) {
          __typename ...AttemptFields ${errorFields}
          ... on AttemptExpiredError { deadline attempt { ...AttemptFields } }
        }
      } ${attemptFields}`,
      { attemptId, key },
    )
  ).submitAttempt;

export const readAttempt = async (world: World, viewer: Viewer, id: string) =>
  (
    await world.get(viewer, `query ($id: ID!) { attempt(id: $id) { ...AttemptFields } } ${attemptFields}`, {
      id,
    })
  ).attempt;

interface AskedItem {
  readonly id: string;
  readonly question: { readonly choices: readonly { readonly id: string; readonly text: string }[] };
}

/** The id of the choice of an item whose text is, or else is not, the right one's. */
export const pick = ({ question }: AskedItem, isRight: boolean): string =>
  question.choices.find(({ text }) => (text === 'the right one') === isRight)?.id ?? '';
