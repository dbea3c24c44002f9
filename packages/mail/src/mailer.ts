import { createCircuit } from '@studymate/runtime/circuit';
import { createTransport } from 'nodemailer';
import { z } from 'zod';

/** One mail to one person. Values of header fields hold no line break; `text` is what mail readers without HTML show. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Of the form `<local@domain>`. Sending again under the same id lets receivers drop the repeat. */
  readonly messageId?: string;
  /** Further header fields, such as List-Unsubscribe. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Mailer {
  /** Resolves when the server has taken the mail; rejects when it refused it, did not answer within 10 s, or failed often lately. */
  sendMail(mail: Mail): Promise<{ readonly messageId: string }>;
  /** Whether the server answers, for readiness. */
  isReachable(): Promise<boolean>;
  close(): void;
}

const oneLine = z.string().regex(/^[^\r\n\0]*$/, 'must not contain line breaks');
const mailSchema = z.object({
  to: z.email(),
  subject: oneLine.min(1).max(500),
  text: z.string(),
  html: z.string().optional(),
  messageId: oneLine.regex(/^<[^<>\s@]+@[^<>\s@]+>$/).optional(),
  headers: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/), oneLine).optional(),
});

const timeoutMs = 10_000;
const connections = 3;

/** A mail that must not be sent as it is; the message names the fields. */
export class UnsafeMail extends Error {
  override readonly name = 'UnsafeMail';
}

function requireSafe(mail: Mail) {
  const checked = mailSchema.safeParse(mail);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new UnsafeMail(`Mail not sent: ${problems.join('; ')}`);
}

/** The server answered, and will not take this mail (RFC 5321: 4xx for now, 5xx ever): that is no bad health. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number';

/** A mailer over SMTP (`smtp://user:password@host:port`, `smtps://…`); `from` is the sender of every mail. */
export function connectMailer(url: string, from: string): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connections,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const circuit = createCircuit({ name: 'The mail server', isRefusal });
  return {
    sendMail: async (mail) => {
      const { to, ...fields } = requireSafe(mail);
      const letter = { from, to: { name: '', address: to }, ...fields };
      const sent = await circuit.run(() => transport.sendMail(letter));
      return { messageId: sent.messageId };
    },
    isReachable: () =>
      transport.verify().then(
        () => true,
        () => false,
      ),
    close: () => {
      circuit.stop();
      transport.close();
    },
  };
}
