-- no parameters
SELECT simulated_from, real_from, rate, start_asked
FROM guichet.clock_anchor
FOR UPDATE
