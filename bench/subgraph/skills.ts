/** What is fetched: twenty skills of one learner by their ids, as a gateway asks for entities. */
export const rows = 20;
export const subjects = 50;

export const query = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Skill { id code title } }
}`;

export const learnerId = 'usr_bench';
export const idOf = (subject: number, number: number): string => `skl_${subject}_${number}`;

/** The skill as every target is to answer it. */
export const skillOf = (subject: number, number: number) => ({
  id: idOf(subject, number),
  code: `topic.${number}`,
  title: `Topic ${number} of subject ${subject}`,
});

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
