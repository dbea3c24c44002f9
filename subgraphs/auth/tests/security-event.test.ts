import { describe, expect, it } from '@jest/globals';
import { authWorld, strongPassword } from './world.ts';

const world = await authWorld();
const query = 'subscription { securityEvent { outcome ipAddress riskScore riskReasons } }';

describe('securityEvent', () => {
  it('begins with the newest sign-in, and tells of every one that is tried', async () => {
    const { email, viewer } = await world.someUser();
    const followed = await world.follow(viewer, query);
    const next = async () => (await followed.next()).data.securityEvent;
    expect(await next()).toMatchObject({ outcome: 'SUCCESS', ipAddress: '192.0.2.1' });
    await world.signIn(email, 'not the password', { ipAddress: '192.0.2.9' });
    expect(await next()).toMatchObject({
      outcome: 'BAD_CREDENTIALS',
      ipAddress: '192.0.2.9',
      riskScore: null,
    });
    await world.signIn(email, strongPassword, { ipAddress: '198.51.100.9' });
    expect(await next()).toMatchObject({ outcome: 'SUCCESS', riskReasons: ['NEW_DEVICE', 'UNKNOWN_PLACE'] });
    followed.stop();
  });

  it('hears nothing of others', async () => {
    const ada = await world.someUser();
    const grace = await world.someUser();
    const followed = await world.follow(ada.viewer, query);
    await followed.next();
    await world.signIn(grace.email, strongPassword);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(followed.waiting()).toBe(0);
    followed.stop();
  });

  it('is for who is signed in', async () => {
    const { refusal } = await world.follow(null, query);
    expect(refusal?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });
});
