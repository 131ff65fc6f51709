-- What was published, for the comparison with what is read.
SELECT 1;
