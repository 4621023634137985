select
    codes.code_system,
    codes.code,
    codes.valid_from_year,
    codes.valid_to_year,
    codes.country_iso3,
    codes.code_system = 'iso3' and codes.code = codes.country_iso3 as is_canonical,
    codes.kind,
    coalesce(canonical.country_name, codes.country_name) as country_name,
    canonical.country_name_zh,
    canonical.country_iso2,
    canonical.region,
    canonical.income_group,
    codes.note
from {{ ref("countries") }} as codes
left join {{ ref("countries") }} as canonical
    on canonical.code_system = 'iso3'
    and canonical.code = codes.country_iso3
