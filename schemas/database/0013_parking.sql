-- Records that wait behind one that the store refused.
SELECT 1;
