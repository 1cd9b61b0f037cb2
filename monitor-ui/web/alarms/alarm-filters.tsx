import { alarmKinds, type Site } from '@minhbach/shared/protocol';
import { useAlarmText } from './i18n/index.ts';

export interface AlarmFilterValues {
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly site?: string | undefined;
  readonly owner?: string | undefined;
}
const states = ['open', 'raised', 'acknowledged', 'owned', 'explained', 'closed', 'all'] as const;
const owners = ['none', 'me'] as const;

export function AlarmFilters({
  values,
  sites,
  onChange,
}: {
  readonly values: AlarmFilterValues;
  readonly sites: readonly Site[];
  readonly onChange: (values: AlarmFilterValues) => void;
}) {
  const text = useAlarmText();
  const set = (change: AlarmFilterValues) => onChange({ ...values, ...change });
  return (
    <div className="alarm-filters" role="search">
      <Choice
        label={text('filter.state')}
        value={values.state ?? 'open'}
        options={states.map((state) => [state, text(`state.${state}`)])}
        onChange={(state) => set({ state: state === 'open' ? undefined : state })}
      />
      <Choice
        label={text('filter.owner')}
        value={values.owner ?? ''}
        options={[
          ['', text('filter.any')],
          ...owners.map((owner) => [owner, text(`filter.owner.${owner}`)] as const),
        ]}
        onChange={(owner) => set({ owner })}
      />
      <Choice
        label={text('filter.kind')}
        value={values.kind ?? ''}
        options={[
          ['', text('filter.any')],
          ...alarmKinds.map((kind) => [kind, text(`kind.${kind}`)] as const),
        ]}
        onChange={(kind) => set({ kind })}
      />
      <Choice
        label={text('filter.site')}
        value={values.site ?? ''}
        options={[['', text('filter.any')], ...sites.map(({ id, name }) => [id, name] as const)]}
        onChange={(site) => set({ site })}
      />
    </div>
  );
}

/** The system's own list: works by keyboard, by finger and with a screen reader everywhere. */
function Choice({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string | undefined) => void;
}) {
  return (
    <label>
      <span>{label}</span>
      <select
        value={value}
        onChange={(event) =>
          onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)
        }
      >
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
