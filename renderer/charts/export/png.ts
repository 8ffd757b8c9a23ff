/**
 * A picture of charts. The page's policy must allow `img-src blob:`, because the picture is drawn from an SVG image.
 * Styles become presentation attributes, which no style policy blocks.
 */

const NAMESPACE = 'http://www.w3.org/2000/svg';
const PROPERTIES = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-opacity'],
  ...['opacity', 'font-size', 'font-family', 'font-weight', 'text-anchor', 'paint-order'],
  ...['visibility', 'clip-path'],
];
/** Device pixels for each pixel. */
const SCALE = 2;
const MARGIN = 16;
const HEADING = 28;
const HEADING_SIZE = 13;
/** Smaller pictures are icons. */
const LEAST_WIDTH = 60;

/** All charts within `element`, as they are placed there, under a heading. */
export async function toPng(element: HTMLElement, heading: string): Promise<Blob> {
  const { outer, width, height } = compose(element, heading);
  const text = new XMLSerializer().serializeToString(outer);
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    return await rasterize(image, width, height);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function compose(
  element: HTMLElement,
  heading: string,
): { outer: SVGSVGElement; width: number; height: number } {
  const frame = element.getBoundingClientRect();
  const width = Math.ceil(frame.width) + 2 * MARGIN;
  const height = Math.ceil(frame.height) + 2 * MARGIN + HEADING;
  const outer = make('svg', { width, height, viewBox: `0 0 ${width} ${height}` });
  const { color, fontFamily } = getComputedStyle(element);
  outer.append(make('rect', { width, height, fill: surfaceOf(element) }));
  const title = make('text', {
    ...{ x: MARGIN, y: MARGIN + HEADING_SIZE, fill: color },
    ...{ 'font-size': HEADING_SIZE, 'font-weight': 600, 'font-family': fontFamily },
  });
  title.textContent = heading;
  outer.append(title);
  for (const svg of element.querySelectorAll('svg')) {
    const box = svg.getBoundingClientRect();
    if (box.width < LEAST_WIDTH) continue;
    const copy = styledCopy(svg);
    copy.setAttribute('x', String(box.left - frame.left + MARGIN));
    copy.setAttribute('y', String(box.top - frame.top + MARGIN + HEADING));
    outer.append(copy);
  }
  for (const each of element.querySelectorAll<HTMLElement>('[data-in-picture]')) {
    outer.append(textOf(each, frame));
  }
  return { outer: outer as SVGSVGElement, width, height };
}

/** Titles of charts are no part of their SVG. */
function textOf(element: HTMLElement, frame: DOMRect): SVGElement {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const text = make('text', {
    ...{ x: box.left - frame.left + MARGIN, fill: style.color },
    ...{ y: box.top + box.height / 2 - frame.top + MARGIN + HEADING, dy: '0.35em' },
    ...{ 'font-size': style.fontSize, 'font-weight': style.fontWeight },
    'font-family': style.fontFamily,
  });
  text.textContent = element.textContent;
  return text;
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** A copy that looks the same without the page's styles. */
function styledCopy(svg: SVGSVGElement): SVGElement {
  const copy = svg.cloneNode(true) as SVGElement;
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  [svg, ...svg.querySelectorAll('*')].forEach((original, index) => {
    const target = copies[index];
    if (target === undefined) return;
    const style = getComputedStyle(original);
    for (const name of PROPERTIES) {
      const value = style.getPropertyValue(name);
      if (value !== '' && value !== 'none' && value !== 'normal') target.setAttribute(name, value);
      else if (name === 'fill' || name === 'stroke') target.setAttribute(name, 'none');
    }
    target.removeAttribute('style');
    target.removeAttribute('class');
  });
  return copy;
}

/** The nearest background behind an element. */
function surfaceOf(element: Element): string {
  for (let each: Element | null = element; each !== null; each = each.parentElement) {
    const { backgroundColor } = getComputedStyle(each);
    if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
  }
  return 'white';
}

async function rasterize(image: HTMLImageElement, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('This browser keeps no pictures'));
      else resolve(blob);
    }, 'image/png'),
  );
}
