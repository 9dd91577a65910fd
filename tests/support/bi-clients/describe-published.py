"""What SQLAlchemy finds of published marts, a line each with fields between tabs: `describe-published.py SCHEMA QUERY ADDRESS`. The last lines are the values of the query."""

import sys

import sqlalchemy

schema, query, address = sys.argv[1:]
engine = sqlalchemy.create_engine(address)
inspector = sqlalchemy.inspect(engine)


def say(*fields):
    print(*("" if field is None else field for field in fields), sep="\t")


for table in inspector.get_table_names(schema=schema):
    say("table", table, inspector.get_table_comment(table, schema=schema)["text"])
    for column in inspector.get_columns(table, schema=schema):
        kind = column["type"].compile(dialect=engine.dialect).lower().replace(", ", ",")
        say("column", table, column["name"], kind, column["comment"])
    say("key", table, ",".join(inspector.get_pk_constraint(table, schema=schema)["constrained_columns"]))
    for key in inspector.get_foreign_keys(table, schema=schema):
        [column], [to] = key["constrained_columns"], key["referred_columns"]
        say("reference", table, column, f"{key['referred_schema']}.{key['referred_table']}", to)
with engine.connect() as connection:
    for value in connection.execute(sqlalchemy.text(query)).one():
        say("value", value)
