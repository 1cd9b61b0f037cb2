import { Button, Table } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Person } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay, useUnits } from '../app/index.ts';
import { EmptyState, StateDot } from '../ui-kit/index.ts';
import { useOfficesText } from './i18n/index.ts';
import { NewPersonForm } from './new-person-form.tsx';
import { peopleQuery } from './people-query.ts';
import { PersonForm } from './person-form.tsx';
import { RecordList } from './record-list.tsx';
import { SectionHead } from './section-head.tsx';

export function PeopleSection() {
  const text = useOfficesText();
  const people = useQuery(peopleQuery);
  const units = useUnits();
  const mayManage = useMay('people.manage');
  const [open, setOpen] = useState<Person | 'new'>();
  const unitName = (id: string) => units.data?.find((unit) => unit.id === id)?.name ?? '';
  const add = mayManage ? (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
      {text('people.add')}
    </Button>
  ) : null;
  return (
    <section className="offices-section">
      <SectionHead title={text('people.title')} lead={text('people.lead')} action={add} />
      <RecordList
        query={people}
        words={(person) => `${person.displayName} ${person.username} ${unitName(person.unitId)}`}
        empty={<EmptyState title={text('people.empty')} />}
      >
        {(items) => (
          <div className="offices-table">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{text('people.display-name')}</Table.Th>
                  <Table.Th>{text('people.role')}</Table.Th>
                  <Table.Th>{text('people.unit')}</Table.Th>
                  <Table.Th>{text('people.state')}</Table.Th>
                  {mayManage ? <Table.Th aria-label={text('edit')} /> : null}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((person) => (
                  <Table.Tr key={person.id}>
                    <Table.Td>
                      {person.displayName}
                      <small className="offices-under">{person.username}</small>
                    </Table.Td>
                    <Table.Td>{text(`role.${person.role}`)}</Table.Td>
                    <Table.Td>{unitName(person.unitId)}</Table.Td>
                    <Table.Td>
                      <StateDot
                        tone={person.active ? 'plain' : 'muted'}
                        word={text(person.active ? 'people.active-word' : 'people.inactive')}
                      />
                      {person.pending === undefined ? null : (
                        <StateDot tone="held" word={text('people.pending')} />
                      )}
                    </Table.Td>
                    {mayManage ? (
                      <Table.Td className="offices-acts">
                        <Button
                          variant="subtle"
                          size="compact-sm"
                          aria-label={text('people.edit', { name: person.displayName })}
                          onClick={() => setOpen(person)}
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
      {open === 'new' ? <NewPersonForm onClose={() => setOpen(undefined)} /> : null}
      {open === undefined || open === 'new' ? null : (
        <PersonForm person={open} onClose={() => setOpen(undefined)} />
      )}
    </section>
  );
}
