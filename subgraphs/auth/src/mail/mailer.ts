/** What the worker needs of a mail transport. */
export interface Mailer {
  sendMail(message: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly html: string;
    /** The same for a mail that is sent again, so that mailboxes drop the repeat. */
    readonly messageId: string;
  }): Promise<unknown>;
}

/** For processes that send no mail: the worker does. */
export const noMailer: Mailer = {
  sendMail: () => Promise.reject(new Error('Only the worker sends mail.')),
};
