const right = (text: string, feedback: string) => ({ text, weight: 1, feedback });
const wrong = (text: string, feedback: string) => ({ text, weight: 0, feedback });

/** One question of each kind, about studying itself. */
export const demoQuestions = [
  {
    prompt: 'You have two hours for a chapter. What helps you remember it next month?',
    explanation: 'Recalling something strengthens the memory of it more than reading it again does.',
    difficulty: 'EASY',
    choice: {
      multiple: false,
      partialCredit: 'ALL_OR_NOTHING',
      choices: [
        wrong('Reading it four times', 'Each rereading adds less than the one before.'),
        right('Reading it once and testing yourself three times', 'Yes: this is the testing effect.'),
        wrong('Marking every sentence that matters', 'It feels useful and does little for memory.'),
      ],
    },
  },
  {
    prompt: 'Which of these spread practice over time?',
    explanation:
      'Practice is spread when time, or other material, lies between two rounds of the same thing.',
    difficulty: 'MEDIUM',
    choice: {
      multiple: true,
      partialCredit: 'PROPORTIONAL_MINUS_WRONG',
      choices: [
        right('Flashcards that come back after days', 'Yes, that is spaced repetition.'),
        right('Mixing three kinds of problems', 'Yes, that is interleaving.'),
        wrong('One long evening before the exam', 'That is cramming.'),
      ],
    },
  },
  {
    prompt: 'What did Hermann Ebbinghaus draw in 1885: the … curve? (one word)',
    explanation: 'The forgetting curve: without review, memory falls steeply at first and slowly later.',
    difficulty: 'EASY',
    text: {
      answers: [
        { pattern: 'forgetting', weight: 1 },
        { pattern: '망각', weight: 1 },
      ],
    },
  },
  {
    prompt:
      'A card is recalled with probability 0.9 a day. What is the probability of recalling it on two days in a row?',
    explanation: '0.9 × 0.9 = 0.81, if the days do not depend on each other.',
    difficulty: 'MEDIUM',
    numeric: {
      answers: [
        { value: '0.81', tolerance: '0.001', weight: 1 },
        { value: '0.8', tolerance: '0.02', weight: 0.5, feedback: 'Close; multiply exactly.' },
      ],
    },
  },
  {
    prompt: 'Match each habit with what it trains.',
    explanation: 'Recall trains retrieval, explaining trains understanding, a plan trains regularity.',
    difficulty: 'EASY',
    match: {
      pairs: [
        { left: 'Closing the book and writing down what you know', right: 'Retrieval' },
        { left: 'Explaining it to a friend', right: 'Understanding' },
        { left: 'Studying at the same hour every day', right: 'Regularity' },
      ],
      distractors: ['Handwriting'],
    },
  },
  {
    prompt: 'New memories are {{1}} at first; sleep and {{2}} make them last.',
    explanation: 'Memories are consolidated, above all in sleep, and again each time they are recalled.',
    difficulty: 'MEDIUM',
    cloze: {
      gaps: [
        { choices: ['fragile', 'permanent'], answers: [{ pattern: 'fragile', weight: 1 }] },
        {
          answers: [
            { pattern: 'review*', weight: 1 },
            { pattern: 'recall*', weight: 1 },
            { pattern: 'repetition*', weight: 1 },
          ],
        },
      ],
    },
  },
] as const;
