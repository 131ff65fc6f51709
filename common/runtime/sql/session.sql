-- No parameters. What every connection of ours relies on, whatever the server or the role says:
-- limits so that a frozen process never holds employers, durable commits, UTC. Plans are made anew
-- each time: one kept from when a table was empty would read all of it for ever after, and planning
-- costs little beside a batch. Rows are looked up by key: so that neither small tables nor old
-- statistics have each batch read all of one, a scan is what is left where no index serves.
SELECT set_config('statement_timeout', '30s', false),
       set_config('lock_timeout', '5s', false),
       set_config('idle_in_transaction_session_timeout', '10s', false),
       set_config('synchronous_commit', 'on', false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('TimeZone', 'UTC', false),
       set_config('client_min_messages', 'warning', false),
       set_config('jit', 'off', false),
       set_config('plan_cache_mode', 'force_custom_plan', false),
       set_config('enable_seqscan', 'off', false);
