-- Reference data, shared by all employers. Latest revision wins.

-- Monthly social security ceiling in euros, by territory and date of effect.
CREATE TABLE guichet.pmss (
    territory       text    NOT NULL CHECK (territory IN ('metropole', 'mayotte')),
    valid_from      date    NOT NULL,
    revision        integer NOT NULL,
    amount_eur      integer NOT NULL CHECK (amount_eur > 0),
    legal_reference text    NOT NULL,
    PRIMARY KEY (territory, valid_from, revision)
);
INSERT INTO guichet.pmss (territory, valid_from, revision, amount_eur, legal_reference) VALUES
    ('metropole', '2019-01-01', 0, 3377, 'installed'),
    ('metropole', '2020-01-01', 0, 3428, 'installed'),
    ('metropole', '2021-01-01', 0, 3428, 'installed'),
    ('metropole', '2022-01-01', 0, 3428, 'installed'),
    ('metropole', '2023-01-01', 0, 3666, 'installed'),
    ('metropole', '2024-01-01', 0, 3864, 'installed'),
    ('metropole', '2025-01-01', 0, 3925, 'installed'),
    ('metropole', '2026-01-01', 0, 4005, 'installed'),
    ('mayotte',   '2026-01-01', 0, 3022, 'installed');

-- Business calendars: public holidays of the base, plus closures, minus worked holidays.
CREATE TABLE guichet.calendar (
    calendar_id     text    NOT NULL,
    revision        integer NOT NULL,
    base            text    NOT NULL CHECK (base IN ('metropole', 'alsace-moselle')),
    extra_closures  date[]  NOT NULL DEFAULT '{}',
    worked_holidays date[]  NOT NULL DEFAULT '{}',
    PRIMARY KEY (calendar_id, revision)
);
INSERT INTO guichet.calendar (calendar_id, revision, base) VALUES
    ('metropole', 0, 'metropole'),
    ('alsace-moselle', 0, 'alsace-moselle');
