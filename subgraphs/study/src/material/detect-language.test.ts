import { describe, expect, it } from '@jest/globals';
import { detectLanguage } from './detect-language.ts';

describe('language of a text', () => {
  it.each([
    ['en', 'Photosynthesis is the process by which green plants turn light into chemical energy.'],
    ['ko', '광합성은 식물이 빛 에너지를 화학 에너지로 바꾸는 과정이다.'],
    ['ko', 'API와 HTTP 요청(request)은 서버(server)가 처리하며 JSON 형식으로 응답한다.'],
    ['und', 'Die Pflanze wandelt Licht in chemische Energie um und speichert sie.'],
    ['und', '12 + 30 = 42'],
    ['und', ''],
  ])('is %s for “%s”', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
