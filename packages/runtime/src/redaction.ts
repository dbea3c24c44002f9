/** Members that are secrets, whatever object they are logged in, three levels deep. */
const secretMembers = [
  'password',
  'newPassword',
  'currentPassword',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'idToken',
  'secret',
  'clientSecret',
  'apiKey',
  'authorization',
  'cookie',
  '["set-cookie"]',
  '["x-api-key"]',
  'recoveryCodes',
  'otpauthUri',
];

const at = (prefix: string, member: string): string =>
  member.startsWith('[') ? `${prefix}${member}` : prefix === '' ? member : `${prefix}.${member}`;

export const secretPaths = secretMembers.flatMap((member) =>
  ['', '*', '*.*'].map((prefix) => at(prefix, member)),
);

export const redacted = '[redacted]';

/**
 * Secrets that are known by their form wherever they stand, as in the message of an error: bearer tokens, JSON Web
 * Tokens, our own access tokens and API keys, the keys of Stripe, OpenAI and Anthropic, passwords in URLs.
 */
const secretForms: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic) [\w.~+/-]{8,}=*/gi, `$1 ${redacted}`],
  [/\beyJ[\w-]{10,}\.[\w-]{4,}\.[\w-]+/g, redacted],
  [/\b(smk|sk|rk|pk|whsec)[-_](live_|test_|ant-|proj-)?[\w-]{16,}/g, redacted],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@/"]+@/gi, `$1:${redacted}@`],
];

/** A line without the secrets in it that are known by their form. */
export const hideSecrets = (line: string): string =>
  secretForms.reduce((hidden, [form, instead]) => hidden.replace(form, instead), line);
