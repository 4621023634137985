with yearly as (

    select
        memberships.group_code,
        memberships.country_iso3,
        years.year,
        memberships.valid_from,
        memberships.valid_to,
        memberships.status,
        memberships.counts_as_member,
        -- An interval without a first or a last day is open on that side.
        coalesce(memberships.valid_from <= make_date(years.year, 1, 1), true) as is_begun_on_1jan,
        coalesce(memberships.valid_from <= make_date(years.year, 12, 31), true) as is_begun_on_31dec,
        coalesce(memberships.valid_to >= make_date(years.year, 1, 1), true) as is_unended_on_1jan,
        coalesce(memberships.valid_to >= make_date(years.year, 12, 31), true) as is_unended_on_31dec,
        coalesce(memberships.valid_from <= memberships.current_on, true)
            and coalesce(memberships.valid_to >= memberships.current_on, true) as is_current
    from {{ ref("int_group_memberships__chosen") }} as memberships
    cross join {{ ref("int_years__spanned") }} as years

),

flagged as (

    select
        group_code,
        country_iso3,
        year,
        bool_or(counts_as_member and is_begun_on_31dec and is_unended_on_31dec) as member_on_31dec,
        bool_or(counts_as_member and is_begun_on_31dec and is_unended_on_1jan) as member_any_day,
        bool_or(counts_as_member and is_begun_on_1jan and is_unended_on_31dec) as member_full_year,
        bool_or(counts_as_member and is_current) as current_members_fixed
    from yearly
    group by group_code, country_iso3, year

),

shown as (

    -- Of several intervals in force in a year the last one is shown.
    select
        group_code,
        country_iso3,
        year,
        valid_from,
        valid_to,
        status,
        row_number() over (
            partition by group_code, country_iso3, year
            order by coalesce(valid_from, cast('0001-01-01' as date)) desc, status
        ) as recency
    from yearly
    where is_begun_on_31dec and is_unended_on_1jan

)

select
    flagged.group_code,
    flagged.country_iso3,
    flagged.year,
    shown.valid_from,
    shown.valid_to,
    shown.status,
    flagged.member_on_31dec,
    flagged.member_any_day,
    flagged.member_full_year,
    flagged.current_members_fixed
from flagged
left join shown
    on shown.group_code = flagged.group_code
    and shown.country_iso3 = flagged.country_iso3
    and shown.year = flagged.year
    and shown.recency = 1
