select
    indicator_code,
    series_id,
    reference_iso3,
    country_iso3,
    coalesce(cast(year as string), 'fixed') as period,
    year,
    previous_vintage,
    vintage,
    kind,
    value_old,
    value_new,
    relative_change,
    power_of_ten,
    file_id_old,
    file_id_new,
    source
from {{ ref("int_revisions__compared") }}
-- Years that a release adds at its end are news, and what another source states is no revision.
where
    kind in ('changed', 'rescaled', 'appeared', 'vanished')
    and not is_source_changed
