import { afterAll, describe, expect, it } from '@jest/globals';
import { readSample } from '../../tests/world.ts';
import { createDraftHost } from './draft-host.ts';
import { draftFromText, type EmbeddedRequest } from './embedded-draft.ts';

const host = createDraftHost();
afterAll(host.stop);

const calm = new AbortController().signal;
const text = await readSample('immunity');
const request: EmbeddedRequest = {
  kind: 'SUMMARY',
  text,
  language: 'ko',
  style: 'BULLETS',
  count: 5,
  difficulty: null,
  types: ['CHOICE'],
};

describe('the draft thread', () => {
  it('answers what the same code answers here, many at once', async () => {
    const expected = await draftFromText(request);

    const drafts = await Promise.all([1, 2, 3].map(() => host.draft(request, calm)));

    expect(drafts).toEqual([expected, expected, expected]);
  });

  it('leaves this process free while it works on a long text', async () => {
    const long = Array.from({ length: 15 }, (_, part) => text.replaceAll('세포', `세포${part % 3}`)).join(
      '\n\n',
    );
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);

    await host.draft({ ...request, text: long }, calm);
    clearInterval(timer);

    expect(ticks).toBeGreaterThan(10);
  });

  it('stops at once when it is aborted, and starts again for the next', async () => {
    const controller = new AbortController();
    const long = text.repeat(40);
    const aborted = host.draft({ ...request, text: long }, controller.signal);
    setTimeout(() => controller.abort(), 20);

    await expect(aborted).rejects.toThrow('aborted');
    expect(await host.draft(request, calm)).toEqual(await draftFromText(request));
  });

  it('ends when nobody has asked for a while', async () => {
    const brief = createDraftHost(10);
    await brief.draft(request, calm);
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(await brief.draft(request, calm)).toEqual(await draftFromText(request));
    await brief.stop();
  });
});
