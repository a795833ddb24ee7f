import { isOutage } from '../api/api-error.ts';
import { failureText } from '../api/failure-text.ts';
import type { FailureContext } from '../api/problem-sentences.ts';
import { Button } from './button.tsx';
import { MessagePanel } from './message-panel.tsx';
import { PageTitle } from './page-title.tsx';
import { ClosedDoorPicture } from './pictures.tsx';

interface UnreachableProps {
  error: unknown;
  context: FailureContext;
  retrying: boolean;
  onRetry: () => void;
}

/** The page for content that could not be read: explains why and offers a retry. */
export function Unreachable({ error, context, retrying, onRetry }: UnreachableProps) {
  const isDown = isOutage(error);
  return (
    <div role="alert">
      <PageTitle>{isDown ? 'Shop unreachable' : 'Something went wrong'}</PageTitle>
      <MessagePanel
        title={isDown ? 'We can’t reach the shop right now' : 'We can’t show this right now'}
        picture={<ClosedDoorPicture />}
        actions={
          <Button onClick={onRetry} disabled={retrying}>
            {retrying ? 'Trying…' : 'Try again'}
          </Button>
        }
      >
        <p>{failureText(error, context)}</p>
        {isDown ? (
          <p className="mt-2">
            Your cart and your orders are safe, and will be here when we are back.
          </p>
        ) : null}
      </MessagePanel>
    </div>
  );
}
