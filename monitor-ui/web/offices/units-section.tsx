import { Button, Table } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Unit } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useMay, useUnits } from '../app/index.ts';
import { EmptyState, StateDot } from '../ui-kit/index.ts';
import { useOfficesText } from './i18n/index.ts';
import { RecordList } from './record-list.tsx';
import { SectionHead } from './section-head.tsx';
import { UnitForm } from './unit-form.tsx';

export function UnitsSection() {
  const text = useOfficesText();
  const units = useUnits();
  const mayCreate = useMay('units.create');
  const mayManage = useMay('units.manage');
  const [open, setOpen] = useState<Unit | 'new'>();
  const add = mayCreate ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
      {text('units.add')}
    </Button>
  ) : null;
  return (
    <section className="offices-section">
      <SectionHead title={text('units.title')} lead={text('units.lead')} action={add} />
      <p className="offices-note">{text('units.oversight-help')}</p>
      <RecordList
        query={units}
        words={(unit) => unit.name}
        empty={<EmptyState title={text('units.empty')}>{text('units.empty-text')}</EmptyState>}
      >
        {(items) => (
          <div className="offices-table">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{text('name')}</Table.Th>
                  <Table.Th>{text('units.oversight')}</Table.Th>
                  {mayManage ? <Table.Th aria-label={text('edit')} /> : null}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((unit) => (
                  <Table.Tr key={unit.id}>
                    <Table.Td>{unit.name}</Table.Td>
                    <Table.Td>
                      <StateDot
                        tone={unit.oversight ? 'watch' : 'muted'}
                        word={text(unit.oversight ? 'units.all-sites' : 'units.own-sites')}
                      />
                    </Table.Td>
                    {mayManage ? (
                      <Table.Td className="offices-acts">
                        <Button
                          variant="subtle"
                          size="compact-sm"
                          aria-label={text('units.edit', { name: unit.name })}
                          onClick={() => setOpen(unit)}
                        >
                          {text('edit')}
                        </Button>
                      </Table.Td>
                    ) : null}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </RecordList>
      {open === undefined ? null : (
        <UnitForm unit={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />
      )}
    </section>
  );
}
