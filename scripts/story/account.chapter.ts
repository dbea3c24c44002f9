import { RegisterDocument, SignInDocument, VerifyEmailDocument, ViewerDocument } from '@studymate/client';
import type { Learner } from './learner.ts';
import { receiveMail } from './mailbox.ts';
import { must, type Narrator, succeeded } from './narrator.ts';

const tokenInMail = /token[=:]\s*([\w.~-]{20,})/i;

/** She registers, gets the mail, verifies her address and signs in. */
export async function openAccount(learner: Learner, narrator: Narrator): Promise<void> {
  const { client, email, password, displayName, places } = learner;
  narrator.chapter('An account');

  await narrator.step('registers', async () => {
    const { register } = await client.request(RegisterDocument, {
      input: { email, password, displayName, locale: 'en', timeZone: 'Asia/Seoul' },
    });
    return succeeded(register, 'RegistrationAccepted');
  });
  const token = await narrator.step('gets the verification mail', async () => {
    const mail = await receiveMail(places.mail, email, /verif|confirm/i);
    const found = tokenInMail.exec(mail.text)?.[1];
    must(found !== undefined, 'the mail carries no token');
    return found ?? '';
  });
  await narrator.step('verifies the address', async () => {
    const { verifyEmail } = await client.request(VerifyEmailDocument, { token });
    return succeeded(verifyEmail, 'AuthTokens');
  });
  await narrator.step('cannot use the link twice', async () => {
    const { verifyEmail } = await client.request(VerifyEmailDocument, { token });
    must(verifyEmail.__typename !== 'AuthTokens', 'the token worked twice');
  });
  await narrator.step('signs in', async () => {
    const { signIn } = await client.request(SignInDocument, { email, password, deviceName: 'story' });
    learner.accessToken = succeeded(signIn, 'AuthTokens').accessToken;
  });
  await narrator.step(
    'is greeted by name',
    async () => {
      const { viewer } = await client.request(ViewerDocument, {});
      must(viewer?.displayName === displayName && viewer.email === email, 'the viewer is somebody else');
      return viewer;
    },
    (viewer) => `${viewer?.displayName}, ${viewer?.timeZone}`,
  );
}
