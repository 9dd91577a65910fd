{# Amounts are shared as whole billionths, because DuckDB divides decimals as floating-point numbers. #}
{% macro to_billionths(amount) -%}
  cast(({{ amount }}) * 1000000000 as hugeint)
{%- endmacro %}

{% macro from_billionths(billionths) -%}
  cast(cast({{ billionths }} as decimal(38, 0)) * cast(0.000000001 as decimal(9, 9)) as decimal(38, 9))
{%- endmacro %}

{# The share of the platform, rounded to a billionth, half away from zero. #}
{% macro fee_of(amount, fee_bps) -%}
  cast(round(cast({{ amount }} as decimal(24, 9)) * cast({{ fee_bps }} * cast(0.0001 as decimal(4, 4)) as decimal(9, 4)), 9) as decimal(38, 9))
{%- endmacro %}

{# Whole minor units, rounded down. #}
{% macro minor_floor(amount, minor_per_unit) -%}
  cast(floor(({{ amount }}) * {{ minor_per_unit }}) as bigint)
{%- endmacro %}
