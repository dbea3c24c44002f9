/** Announced with the id of each line of a user's log of sign-ins. */
export const securityTopic = (userId: string): string => `security:${userId}`;
