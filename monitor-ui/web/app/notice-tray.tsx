import { Notifications } from '@mantine/notifications';
import '@mantine/core/styles/Notification.layer.css';
import '@mantine/core/styles/CloseButton.layer.css';
import '@mantine/core/styles/Group.layer.css';
import '@mantine/notifications/styles.layer.css';

/** Where short notices appear. */
export function NoticeTray() {
  return <Notifications position="bottom-left" className="app-notifications" containerWidth={340} />;
}
