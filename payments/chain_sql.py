"""The journal as the database can read it fastest: every entry with the very text that its hash covers.

The text must equal what `ledger.entry_hash` digests, byte for byte. It is only ever used to accept an entry: where its
hash differs, `chain` reads the entry again, slowly, before it says that something is wrong. Read are the streams after `:after`
up to `:upto` in byte order of their names, and of them the entries up to number `:last`.
"""

COLUMNS = (
    "entry_id",
    "stream",
    "stream_sequence",
    "previous_hash",
    "entry_hash",
    "seal_count",
    "leg_count",
    "sum_minor",
    "lowest_currency",
    "highest_currency",
    "hashed_text",
)
"""What each row of the walk holds, in this order."""

SQLITE = """
SELECT e.id, e.stream, e.stream_sequence, e.previous_hash, e.entry_hash, s.leg_count,
  COUNT(l.id), SUM(l.amount_minor), MIN(l.currency), MAX(l.currency),
  json_array(e.previous_hash, e.stream_sequence, json_object('booking_ref', e.booking_ref, 'key', e.key, 'kind', e.kind,
    'legs', json_group_array(json_array(l.account, l.currency, l.amount_minor, l.part_ref)),
    'memo', CASE WHEN json_valid(e.memo) THEN json(e.memo) END,
    'occurred_at', replace(e.occurred_at, ' ', 'T') || '+00:00', 'operation_id', e.operation_id, 'stream', e.stream))
FROM journal_entry e
LEFT JOIN journal_seal s ON s.entry_id = e.id
LEFT JOIN journal_leg l ON l.entry_id = e.id
WHERE e.stream > :after AND e.stream <= :upto AND +e.id <= :last
GROUP BY e.stream, e.stream_sequence
ORDER BY e.stream, e.stream_sequence
"""

POSTGRESQL = """
SELECT e.id, e.stream, e.stream_sequence, e.previous_hash, e.entry_hash, s.leg_count,
  legs.count, legs.sum, legs.lowest, legs.highest,
  '[' || to_json(e.previous_hash)::text || ',' || e.stream_sequence
  || ',{"booking_ref":' || COALESCE(to_json(e.booking_ref)::text, 'null') || ',"key":' || to_json(e.key)::text
  || ',"kind":' || to_json(e.kind)::text || ',"legs":[' || legs.text || ']'
  || ',"memo":{' || COALESCE((SELECT string_agg(to_json(m.key)::text || ':' || to_json(m.value)::text, ','
       ORDER BY m.key COLLATE "C") FROM json_each_text(e.memo) m), '') || '}'
  || ',"occurred_at":"' || to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00"'
  || ',"operation_id":' || COALESCE(to_json(e.operation_id)::text, 'null')
  || ',"stream":' || to_json(e.stream)::text || '}]'
FROM journal_entry e
LEFT JOIN journal_seal s ON s.entry_id = e.id
LEFT JOIN LATERAL (
  SELECT COUNT(*) AS count, SUM(l.amount_minor) AS sum, MIN(l.currency) AS lowest, MAX(l.currency) AS highest,
    string_agg('[' || to_json(l.account)::text || ',' || to_json(l.currency)::text || ',' || l.amount_minor || ','
      || COALESCE(to_json(l.part_ref)::text, 'null') || ']', ',' ORDER BY l.position) AS text
  FROM journal_leg l WHERE l.entry_id = e.id) legs ON TRUE
WHERE e.stream COLLATE "C" > :after AND e.stream COLLATE "C" <= :upto AND e.id <= :last
ORDER BY e.stream COLLATE "C", e.stream_sequence
"""
