/**
 * One name for one model. Ollama takes several names for the same model: the registry, the namespace
 * `library` and the tag `latest` may be left out. Its package `types/model` has the rules.
 */

const REGISTRY = 'registry.ollama.ai/';
const LIBRARY = 'library/';
const LATEST = ':latest';

/**
 * Returns the name that a model's sums go by. For an upstream of the kind `ollama` this is the shortest
 * name: `registry.ollama.ai/library/plain:latest` becomes `plain`. A name in another registry
 * (`hf.co/…`) loses only the tag `latest`. Any other kind, and null for a kind that is not known yet,
 * leaves the name as it is.
 */
export function canonicalModelName(kind: string | null, name: string): string {
  if (kind !== 'ollama') return name;
  const [base, tag] = splitTag(name);
  const short = withoutDefaults(base);
  if (short === '') return name;
  return tag === LATEST ? short : short + tag;
}

/**
 * True if a filter for the model `wanted` includes what is counted under `counted`. Where Ollama's rules
 * hold (`isOllama`), a filter may have any name of the model.
 */
export function meansModel(wanted: string, counted: string | null, isOllama: boolean): boolean {
  return counted === canonicalModelName(isOllama ? 'ollama' : null, wanted) || counted === wanted;
}

/** Returns every name that Ollama takes for the same model, the given one first. */
export function ollamaNames(name: string): string[] {
  const canonical = canonicalModelName('ollama', name);
  const [base, tag] = splitTag(canonical);
  const bases = ['', LIBRARY, REGISTRY, REGISTRY + LIBRARY].map((place) => place + base);
  const tags = tag === '' ? ['', LATEST] : [tag];
  const all = bases
    .flatMap((each) => tags.map((suffix) => each + suffix))
    .filter((each) => canonicalModelName('ollama', each) === canonical);
  return [...new Set([name, ...all])];
}

/** Cuts a name before the colon of its tag. A colon before the last slash belongs to a host's port. */
function splitTag(name: string): [base: string, tag: string] {
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon === -1 ? [name, ''] : [name.slice(0, colon), name.slice(colon)];
}

function withoutDefaults(base: string): string {
  const parts = base.split('/').length;
  // With two parts, the first one is a namespace, even if it is written like the registry.
  if (base.startsWith(REGISTRY) && parts === 3) return withoutDefaults(base.slice(REGISTRY.length));
  return base.startsWith(LIBRARY) && parts === 2 ? base.slice(LIBRARY.length) : base;
}
