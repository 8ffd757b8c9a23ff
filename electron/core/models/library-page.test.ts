import { describe, expect, it } from 'vitest';
import { libraryModels } from './library-page.ts';

const BASE = 'https://library.example';

/** The present format of the page, with the marks of the site's own tests. */
const MARKED = `
<nav><ul><li><a href="/blog/news">News</a></li><li><a href="/models">Models</a></li></ul></nav>
<ul role="list">
  <li x-test-model class="flex">
    <a href="/library/alpha2" class="group">
      <div title="alpha2"><h2><span x-test-search-response-title>alpha2</span></h2>
        <p class="max-w-lg">Small &amp; fast:&nbsp;a model for &#8220;everything&#x201D;.</p></div>
      <div>
        <span x-test-capability class="c">Tools</span> <span x-test-capability>vision</span>
        <span x-test-size>8b</span><span x-test-size class="s">70B</span>
      </div>
      <p><span><svg><path d="M1 2"/></svg><span x-test-pull-count>11.3M</span><span>&nbsp;Pulls</span></span>
        <span x-test-tag-count>58</span><span>&nbsp;Tags</span>
        <span>Updated&nbsp;</span><span x-test-updated>2 weeks ago</span></p>
    </a>
  </li>
  <li x-test-model><a href="/someone/alpha2-tuned">
    <p>Tuned.</p><p><span x-test-pull-count>1,204</span> Pulls</p></a></li>
</ul>`;

describe('the library’s page', () => {
  it('is read by its test marks', () => {
    expect(libraryModels(MARKED, BASE)).toEqual([
      {
        name: 'alpha2',
        description: 'Small & fast: a model for “everything”.',
        sizes: ['8b', '70b'],
        capabilities: ['tools', 'vision'],
        pulls: '11.3M',
        tagCount: 58,
        updated: '2 weeks ago',
        url: 'https://library.example/library/alpha2',
      },
      {
        name: 'someone/alpha2-tuned',
        description: 'Tuned.',
        sizes: [],
        capabilities: [],
        pulls: '1,204',
        tagCount: null,
        updated: null,
        url: 'https://library.example/someone/alpha2-tuned',
      },
    ]);
  });

  it('is read by its visible text without the marks', () => {
    const bare = MARKED.replace(/ x-test-[\w-]+/g, '');
    expect(libraryModels(bare, BASE)?.[0]).toMatchObject({
      name: 'alpha2',
      sizes: ['8b'],
      capabilities: ['tools', 'vision'],
      pulls: '11.3M',
      tagCount: 58,
      updated: '2 weeks ago',
    });
    expect(libraryModels(bare, BASE)).toHaveLength(2);
  });

  it('may have no results, which differs from an unknown page', () => {
    expect(libraryModels('<div>No models found.</div>', BASE)).toEqual([]);
    expect(libraryModels('<h1>Please log in to the hotel’s network</h1>', BASE)).toBeNull();
    expect(libraryModels('', BASE)).toBeNull();
  });

  it('is read in linear time for any content', () => {
    const spent = (piece: string, count: number): number => {
      const page = `<li><a href="/a/b">x-test-model ${piece.repeat(count)}`;
      const begun = performance.now();
      libraryModels(page, BASE);
      return performance.now() - begun;
    };
    const hostile = [
      '<li ',
      '<li><a ',
      '<p ',
      '<',
      '<li><a href="/a/b"> x-test-model',
      '1',
      '<svg ',
    ];
    for (const piece of hostile) {
      spent(piece, 5_000);
      const short = Math.max(spent(piece, 5_000), 1);
      // The text is thirty times as long. Quadratic time would be nine hundred times as long.
      expect([piece, spent(piece, 150_000) < 200 * short]).toEqual([piece, true]);
    }
  }, 120_000);
});
