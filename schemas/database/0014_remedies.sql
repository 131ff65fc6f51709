-- What operators decide about a stopped partition.
SELECT 1;
