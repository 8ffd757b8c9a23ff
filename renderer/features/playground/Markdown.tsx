import { memo } from 'react';
import type { ComponentProps, JSX, ReactNode } from 'react';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { useTranslations } from 'use-intl';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { splitBlocks } from './blocks.ts';
import css from './Markdown.module.css';

const PLUGINS = [remarkGfm];
/** Headings of an answer stand below that of the answer itself. */
const COMPONENTS: ComponentProps<typeof ReactMarkdown>['components'] = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  // Nothing is fetched from elsewhere because a model says so.
  img: ({ src, alt }) => (
    <Link href={typeof src === 'string' ? src : undefined}>{alt === '' ? src : alt}</Link>
  ),
  h1: ({ children }) => <h4 className={css.first}>{children}</h4>,
  h2: 'h4',
  h3: 'h4',
  h5: 'h4',
  h6: 'h4',
  pre: ({ children }) => <Code>{children}</Code>,
  table: ({ children }) => (
    <div className={css.wide} tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  ),
};

/**
 * The Markdown of an answer as elements; HTML in it is shown as text. While it grows, only its last
 * block is read again.
 */
export function Markdown({
  text,
  isGrowing,
}: {
  readonly text: string;
  readonly isGrowing: boolean;
}): JSX.Element {
  const blocks = isGrowing ? splitBlocks(text) : [text];
  return (
    <div className={css.markdown}>
      {blocks.map((block, index) => (
        // Blocks only grow and follow each other.
        <Block key={index} text={block} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ text }: { readonly text: string }): JSX.Element {
  return (
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  );
});

/** In the desktop, the system's browser opens it. The window never leaves its page. */
function Link({
  href,
  children,
}: {
  readonly href: string | undefined;
  readonly children: ReactNode;
}): JSX.Element {
  if (href === undefined || !/^(https?|mailto):/i.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" title={href}>
      {children}
    </a>
  );
}

function Code({ children }: { readonly children: ReactNode }): JSX.Element {
  const text = useTranslations('playground.turn');
  return (
    <div className={css.code}>
      <pre tabIndex={0}>{children}</pre>
      <div className={css.copy}>
        <CopyButton text={textIn(children)} label={text('copyCode')} />
      </div>
    </div>
  );
}

/** The text of rendered code: one `code` element around one text. */
function textIn(children: ReactNode): string {
  if (typeof children === 'string') return children;
  if (typeof children === 'object' && children !== null && 'props' in children) {
    const props = children.props as { readonly children?: ReactNode };
    return textIn(props.children).replace(/\n$/, '');
  }
  return Array.isArray(children) ? children.map((each: ReactNode) => textIn(each)).join('') : '';
}
