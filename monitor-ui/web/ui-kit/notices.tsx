import { Button, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { problemText } from './problem-text.ts';
import { useKitText } from './i18n/index.ts';

/** Nothing there yet: says so, and what to do about it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="notice">
      <b>{title}</b>
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}

export function LoadingState({ label }: { readonly label?: string }) {
  const text = useKitText();
  return (
    <div className="notice" role="status">
      <Loader size="sm" />
      <span>{label ?? text('loading')}</span>
    </div>
  );
}

/** Says in one sentence what went wrong; `retry` is offered where asking again can help. */
export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const text = useKitText();
  return (
    <div className="notice" role="alert">
      <b>{text('error-title')}</b>
      <p>{problemText(text, error)}</p>
      {retry === undefined ? null : (
        <Button variant="default" onClick={retry}>
          {text('retry')}
        </Button>
      )}
    </div>
  );
}
