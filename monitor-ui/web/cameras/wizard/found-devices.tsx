import { Button } from '@mantine/core';
import type { DiscoveredDevice } from '@minhbach/shared/protocol';
import { EmptyState } from '../../ui-kit/index.ts';
import { useCamerasText } from '../i18n/index.ts';

export function FoundDevices({
  devices,
  onChoose,
}: {
  readonly devices: readonly DiscoveredDevice[];
  readonly onChoose: (device: DiscoveredDevice) => void;
}) {
  const text = useCamerasText();
  if (devices.length === 0) {
    return <EmptyState title={text('device.found-none')}>{text('device.found-none-text')}</EmptyState>;
  }
  return (
    <section aria-label={text('device.found', { count: devices.length })}>
      <p role="status">{text('device.found', { count: devices.length })}</p>
      <div className="wizard-choices">
        {devices.map((device) => (
          <Button
            key={device.address}
            variant="default"
            className="wizard-choice"
            onClick={() => onChoose(device)}
          >
            <b>{device.name}</b>
            <small>
              {device.hardware} · {device.address}
            </small>
          </Button>
        ))}
      </div>
    </section>
  );
}
