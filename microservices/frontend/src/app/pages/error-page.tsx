import { useLocation } from 'react-router';
import { Button, ButtonLink } from '../../shared/ui/button.tsx';
import { MessagePanel } from '../../shared/ui/message-panel.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { ClosedDoorPicture } from '../../shared/ui/pictures.tsx';

/** For unexpected errors, and for pages whose code could not be fetched after a new release. */
export function ErrorPage() {
  const { pathname } = useLocation();
  const isOrdered = pathname.endsWith('/confirmation');
  return (
    <div role="alert">
      <PageTitle>Something went wrong</PageTitle>
      <MessagePanel
        title={isOrdered ? 'Your order is confirmed' : 'This page did not open'}
        picture={<ClosedDoorPicture />}
        actions={
          <>
            <Button onClick={() => window.location.reload()}>Reload the page</Button>
            <ButtonLink look="secondary" to="/" reloadDocument>
              Go to the shop
            </ButtonLink>
          </>
        }
      >
        <p>
          {isOrdered
            ? 'Only this page did not open. Reload it to see your order.'
            : 'Something went wrong on this page. Your cart and your orders are safe.'}
        </p>
      </MessagePanel>
    </div>
  );
}
