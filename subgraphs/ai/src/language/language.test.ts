import { describe, expect, it } from '@jest/globals';
import { readSample } from '../../tests/world.ts';
import { parseStudyText } from '../text/study-text.ts';
import { detectLanguage, loadReader, type Reading, type StudyLanguage } from './language.ts';

async function read(text: string, language: StudyLanguage): Promise<Reading> {
  return (await loadReader(language)).read(parseStudyText(text, language));
}

const definitionsOf = ({ terms }: Reading) =>
  Object.fromEntries(
    [...terms.values()].flatMap(({ label, definition }) =>
      definition ? [[label, definition.description]] : [],
    ),
  );

describe('reading English', () => {
  it('finds what a text defines, in the forms that people use', async () => {
    const reading = await read(
      [
        'A granum is a stack of thylakoids in the chloroplast of a plant.',
        'Stomata are tiny pores through which gases enter the leaf.',
        'The outermost layer of the skin is called the epidermis.',
        'A customer pays its provider for transit, which is access to the whole internet.',
        'Electrons travel along an electron transport chain, a series of proteins embedded in a membrane.',
      ].join(' '),
      'en',
    );

    expect(definitionsOf(reading)).toEqual({
      granum: 'a stack of thylakoids in the chloroplast of a plant',
      stomata: 'tiny pores through which gases enter the leaf',
      epidermis: 'the outermost layer of the skin',
      transit: 'access to the whole internet',
      'electron transport chain': 'a series of proteins embedded in a membrane',
    });
  });

  it('takes no description, passive or pronoun for a definition', async () => {
    const reading = await read(
      [
        'Leaves are thin and flat, so that light reaches their cells.',
        'It is a process that releases oxygen into the air.',
        'The leaf is covered by a waxy layer that keeps water in.',
        'This rule is called longest prefix match.',
        'The result is a loss of water that the plant cannot make up for.',
      ].join(' '),
      'en',
    );

    expect(definitionsOf(reading)).toEqual({});
  });

  it('knows which sentences lean on others', async () => {
    const reading = await read(
      [
        'Chlorophyll absorbs red and blue light.',
        'It reflects green light.',
        'This is why leaves look green.',
        'However, carotenoids absorb some of the light that chlorophyll misses.',
        'Five years later he crowned himself emperor.',
        'Growers apply these facts in greenhouses.',
      ].join(' '),
      'en',
    );

    expect(reading.sentences.map(({ standsAlone }) => standsAlone)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(reading.sentences[3]?.statement).toBe(
      'Carotenoids absorb some of the light that chlorophyll misses.',
    );
  });

  it('tells people, things and years apart', async () => {
    const { terms } = await read(
      'Peter Mitchell received the prize in 1978. On 14 July 1789 a crowd attacked the Tuileries Palace. King Louis XVI fled.',
      'en',
    );

    const kinds = Object.fromEntries([...terms.values()].map(({ label, kind }) => [label, kind]));
    expect(kinds).toMatchObject({
      'Peter Mitchell': 'PERSON',
      'Louis XVI': 'PERSON',
      'Tuileries Palace': 'TERM',
      1978: 'YEAR',
      1789: 'YEAR',
    });
  });

  it('never takes a verb for a term', async () => {
    const { terms } = await read(
      'When packets arrive, the router stores them in a buffer. Each router stores one entry. A layer moves data, and the layer moves it fast.',
      'en',
    );

    expect([...terms.keys()].filter((key) => /store|move/.test(key))).toEqual([]);
  });
});

describe('reading Korean', () => {
  it('finds what a text defines, in the forms that people use', async () => {
    const reading = await read(
      [
        '식세포 작용은 세포가 병원체를 삼켜 효소로 분해하는 과정이다.',
        '호중구는 혈액에 가장 많은 백혈구로, 감염이 일어난 곳에 먼저 도착한다.',
        '종성이란 음절의 끝에 오는 자음을 말한다.',
        '혈관이 붓고 뜨거워지는 반응을 염증이라고 한다.',
        '수지상세포는 항원의 조각을 T세포에게 보여 주는 세포이다.',
      ].join(' '),
      'ko',
    );

    expect(definitionsOf(reading)).toEqual({
      '식세포 작용': '세포가 병원체를 삼켜 효소로 분해하는 과정',
      호중구: '혈액에 가장 많은 백혈구',
      종성: '음절의 끝에 오는 자음',
      염증: '혈관이 붓고 뜨거워지는 반응',
      수지상세포: '항원의 조각을 T세포에게 보여 주는 세포',
    });
  });

  it('never takes a verb form or a particle into a term', async () => {
    const { terms } = await read(await readSample('immunity'), 'ko');

    const labels = [...terms.values()].filter(({ kind }) => kind === 'TERM').map(({ label }) => label);
    const suspicious = labels.filter((label) =>
      /(?:하는|되는|하여|하며|나며|이다|에서|으로|는다|ㄴ다|만드|삼킨|나타나기)$/.test(label),
    );
    expect(suspicious).toEqual([]);
    expect(labels).toEqual(
      expect.arrayContaining(['항체', '보조 T세포', '메신저 RNA 백신', '면역글로불린 G', '비만세포']),
    );
    expect(labels).not.toEqual(expect.arrayContaining(['그러나']));
    expect(labels).not.toEqual(expect.arrayContaining(['세포이']));
  });

  it('knows which sentences lean on others', async () => {
    const reading = await read(
      '항체는 항원에 달라붙는다. 이 과정은 빠르다. 그러나 일부 세포는 살아남는다. 세포독성 T세포는 세포에 구멍을 내어 그 세포를 죽인다. 그래서 병이 낫는다.',
      'ko',
    );

    expect(reading.sentences.map(({ standsAlone }) => standsAlone)).toEqual([true, false, true, true, false]);
  });

  it('finds people and years', async () => {
    const { terms } = await read('랠프 스타인먼은 1973년에 수지상세포를 발견하였다. 세포는 작다.', 'ko');

    const kinds = Object.fromEntries([...terms.values()].map(({ label, kind }) => [label, kind]));
    expect(kinds).toMatchObject({ '랠프 스타인먼': 'PERSON', 1973: 'YEAR' });
  });
});

it('tells the language by the letters', () => {
  expect(detectLanguage('Photosynthesis (광합성) is a process.')).toBe('en');
  expect(detectLanguage('ATP와 NADPH는 운반체이다.')).toBe('ko');
});
