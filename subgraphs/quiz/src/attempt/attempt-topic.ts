/** What changes of an attempt are announced on. */
export const attemptTopic = (attemptId: string): string => `attempt:${attemptId}`;
