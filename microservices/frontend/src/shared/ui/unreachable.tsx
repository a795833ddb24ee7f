import { failureText } from '../api/failure-text.ts';
import { Button } from './button.tsx';
import { MessagePanel } from './message-panel.tsx';
import { PageTitle } from './page-title.tsx';
import { ClosedDoorPicture } from './pictures.tsx';

interface UnreachableProps {
  error: unknown;
  retrying: boolean;
  onRetry: () => void;
}

/** The page for an unreachable API: explains the outage and offers a retry. */
export function Unreachable({ error, retrying, onRetry }: UnreachableProps) {
  return (
    <div role="alert">
      <PageTitle>Shop unreachable</PageTitle>
      <MessagePanel
        title="We can’t reach the shop right now"
        picture={<ClosedDoorPicture />}
        actions={
          <Button onClick={onRetry} disabled={retrying}>
            {retrying ? 'Trying…' : 'Try again'}
          </Button>
        }
      >
        <p>{failureText(error)}</p>
        <p className="mt-2">
          Your cart and your orders are safe, and will be here when we are back.
        </p>
      </MessagePanel>
    </div>
  );
}
