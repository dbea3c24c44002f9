/** A file that its reader cannot make sense of; the message is for the learner. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}
