/** What an essay is judged by that comes without a rubric: one criterion, met wholly, in part or not at all. */
export const defaultRubric = [
  {
    title: 'Answer',
    levels: [
      { points: 0, description: 'Not met' },
      { points: 0.5, description: 'Met in part' },
      { points: 1, description: 'Met' },
    ],
  },
];

export const defaultRubricNote = 'it comes without a rubric: it was given one criterion, worth one point';
