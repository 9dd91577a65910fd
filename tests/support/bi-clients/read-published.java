import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads published marts by JDBC, as DBeaver and Metabase do; the lines of the answer have fields between tabs. `describe SCHEMA QUERY ADDRESS [USER PASSWORD]`: the tables,
 * columns, keys and references of a schema with their comments, and the values of the first row of the query. `replaced FOLDER`: the totals of the current DuckDB file, read
 * again and again until the input ends.
 */
public class ReadPublished {
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("replaced")) {
      readWhileReplaced(Path.of(arguments[1]));
      return;
    }
    Properties properties = new Properties();
    if (arguments.length > 4) {
      properties.setProperty("user", arguments[4]);
      properties.setProperty("password", arguments[5]);
    } else properties.setProperty("duckdb.read_only", "true");
    try (Connection connection = DriverManager.getConnection(arguments[3], properties)) {
      describe(connection, arguments[1]);
      try (ResultSet row = connection.createStatement().executeQuery(arguments[2])) {
        row.next();
        for (int at = 1; at <= row.getMetaData().getColumnCount(); at++)
          say("value", row.getObject(at) instanceof java.math.BigDecimal ? row.getBigDecimal(at).toPlainString() : row.getString(at));
      }
    }
  }

  private static void describe(Connection connection, String schema) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    boolean hasKeys = metadata.getDatabaseProductName().equals("PostgreSQL");
    List<String> tables = new ArrayList<>();
    try (ResultSet found = metadata.getTables(null, schema, "%", null)) {
      while (found.next()) {
        if (!found.getString("TABLE_TYPE").endsWith("TABLE")) continue;
        tables.add(found.getString("TABLE_NAME"));
        say("table", found.getString("TABLE_NAME"), found.getString("REMARKS"));
      }
    }
    try (ResultSet found = metadata.getColumns(null, schema, "%", "%")) {
      while (found.next()) {
        String type = found.getString("TYPE_NAME").toLowerCase(Locale.ROOT);
        if (type.equals("numeric")) type += "(" + found.getInt("COLUMN_SIZE") + "," + found.getInt("DECIMAL_DIGITS") + ")";
        say("column", found.getString("TABLE_NAME"), found.getString("COLUMN_NAME"), type, found.getString("REMARKS"));
      }
    }
    for (String table : hasKeys ? tables : List.<String>of()) {
      TreeMap<Integer, String> key = new TreeMap<>();
      try (ResultSet found = metadata.getPrimaryKeys(null, schema, table)) {
        while (found.next()) key.put(found.getInt("KEY_SEQ"), found.getString("COLUMN_NAME"));
      }
      say("key", table, String.join(",", key.values()));
      try (ResultSet found = metadata.getImportedKeys(null, schema, table)) {
        while (found.next())
          say("reference", table, found.getString("FKCOLUMN_NAME"), found.getString("PKTABLE_SCHEM") + "." + found.getString("PKTABLE_NAME"), found.getString("PKCOLUMN_NAME"));
      }
    }
  }

  private static void readWhileReplaced(Path folder) throws Exception {
    TreeSet<String> seen = new TreeSet<>();
    Thread input = new Thread(() -> {
      try {
        while (System.in.read() >= 0);
      } catch (java.io.IOException ended) {
        // As at the end.
      }
    });
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    // The driver is loaded, and takes its time.
    DriverManager.getConnection("jdbc:duckdb:").close();
    input.start();
    System.out.println("ready");
    while (input.isAlive()) {
      Path file = folder.resolve("current").toRealPath().resolve("tantieme.duckdb");
      try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file, properties)) {
        List<String> totals = new ArrayList<>();
        for (String table : List.of("first", "second")) {
          try (ResultSet row = connection.createStatement().executeQuery("select sum(amount) from " + table)) {
            row.next();
            totals.add(row.getBigDecimal(1).toPlainString());
          }
        }
        seen.add(String.join("\t", totals));
      } catch (SQLException failure) {
        say("failure", "jdbc", failure.getMessage().replaceAll("\\s+", " "));
      }
    }
    for (String totals : seen) say("seen", "jdbc", totals);
  }

  private static void say(String... fields) {
    System.out.println(String.join("\t", fields));
  }
}
