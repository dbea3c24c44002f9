/** What changes of a session are announced on. */
export const sessionTopic = (sessionId: string): string => `study-session:${sessionId}`;
