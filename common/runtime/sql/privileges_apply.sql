-- No parameters. A sentence for each thing that is left to an administrator.
SELECT remark FROM guichet.privileges_apply() AS remark
