/** What is announced when an import has moved on. */
export const importTopic = (importId: string) => `question-import:${importId}`;
