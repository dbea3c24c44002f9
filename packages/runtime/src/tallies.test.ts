import { describe, expect, it } from '@jest/globals';
import { registry } from './metrics.ts';
import { talliedCounter, talliedHistogram } from './tallies.ts';

const page = async (name: string) => {
  const text = await registry.getSingleMetricAsString(name);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
};

describe('tallies', () => {
  it('count for each set of labels, and go on counting after they were read', async () => {
    const find = talliedCounter({ name: 'test_events_total', help: 'Events.', labels: ['kind'] });
    find({ kind: 'good' }).add();
    find({ kind: 'good' }).add(2);
    find({ kind: 'bad' }).add();
    expect(await page('test_events_total')).toEqual([
      'test_events_total{kind="good"} 3',
      'test_events_total{kind="bad"} 1',
    ]);
    find({ kind: 'good' }).add();
    expect(await page('test_events_total')).toContain('test_events_total{kind="good"} 4');
  });

  it('put values into the first bucket that they do not exceed', async () => {
    const find = talliedHistogram({
      name: 'test_sizes',
      help: 'Sizes.',
      labels: ['kind'],
      buckets: [1, 10, 100],
    });
    for (const value of [0.5, 1, 7, 1000]) find({ kind: 'a' }).add(value);
    expect(await page('test_sizes')).toEqual([
      'test_sizes_bucket{kind="a",le="1"} 2',
      'test_sizes_bucket{kind="a",le="10"} 3',
      'test_sizes_bucket{kind="a",le="100"} 3',
      'test_sizes_bucket{kind="a",le="+Inf"} 4',
      'test_sizes_sum{kind="a"} 1008.5',
      'test_sizes_count{kind="a"} 4',
    ]);
    expect(await registry.metrics()).toContain('# TYPE test_sizes histogram');
  });

  it('are one for each name', () => {
    const options = { name: 'test_same_total', help: 'The same.', labels: ['kind'] };
    expect(talliedCounter(options)({ kind: 'a' })).toBe(talliedCounter(options)({ kind: 'a' }));
  });
});
